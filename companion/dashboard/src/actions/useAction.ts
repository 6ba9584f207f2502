import { useState } from "react";
import { queries } from "../api/queries";
import { type Outcome, outcomeOf } from "./outcome";

/** Runs an action once and keeps what became of it; afterwards everything that is shown is asked again. */
export function useAction<Done>(run: () => Promise<Done>) {
  const [outcome, setOutcome] = useState<Outcome<Done>>({ phase: "asking" });
  const start = async () => {
    setOutcome({ phase: "waiting" });
    try {
      const done = await run();
      setOutcome({ phase: "done", done, atMs: Date.now() });
    } catch (error) {
      setOutcome(outcomeOf(error, Date.now()));
    }
    await queries.invalidateQueries();
  };
  return { outcome, start };
}
