import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmedAction } from "../actions/ConfirmedAction";
import { type Outcome, outcomeOf } from "../actions/outcome";
import type { Schemas } from "../api/client";
import type { PositionRow } from "../feed/rows";
import { baseOf } from "../format/names";
import { closed } from "./ClosePosition";
import { PositionList } from "./PositionList";

interface Result {
  position: PositionRow;
  outcome: Outcome<Schemas["Closed"]>;
}

/** Closes the positions that were ahead when it was opened, one after the other, and says of each what happened. */
export function CloseWinnersDialog({
  winners,
  onClose,
}: {
  winners: readonly PositionRow[];
  onClose: () => void;
}) {
  const { t } = useLingui();
  const [chosen] = useState(winners);
  const count = chosen.length;
  return (
    <ConfirmedAction
      title={t`Close winners`}
      verb={t`Close ${count} at the market price`}
      run={() => closeEach(chosen)}
      said={(results) => <Results results={results} />}
      isDangerous
      onClose={onClose}
    >
      <p>
        <Plural
          value={count}
          one="# position that is ahead is closed now:"
          other="# positions that are ahead are closed now:"
        />
      </p>
      <PositionList positions={chosen} />
    </ConfirmedAction>
  );
}

async function closeEach(positions: readonly PositionRow[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const position of positions) {
    try {
      const done = await closed(position);
      results.push({ position, outcome: { phase: "done", done, atMs: Date.now() } });
    } catch (error) {
      results.push({ position, outcome: outcomeOf(error, Date.now()) });
    }
  }
  return results;
}

function Results({ results }: { results: readonly Result[] }) {
  return (
    <ul className="close-list">
      {results.map(({ position, outcome }) => (
        <li key={position.key}>
          <span>{baseOf(position.pair)}</span>
          <span>
            {outcome.phase === "done" ? <Trans>exit order placed</Trans> : null}
            {outcome.phase === "refused" ? outcome.problem.detail : null}
            {outcome.phase === "unknown" ? <Trans>unknown: no answer came</Trans> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
