import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { Panel } from "../../parts/Panel";
import { Side } from "../../parts/Side";
import { Gates } from "./Gates";

/** Without a side: what each would need, and which gates would stop it all the same. */
export function Outlooks({ outlooks }: { outlooks: readonly Schemas["SideOutlook"][] }) {
  const { t } = useLingui();
  if (outlooks.length === 0) return null;
  return (
    <Panel title={t`What each side would need`}>
      {outlooks.map((outlook) => (
        <details key={outlook.side} className="outlook">
          <summary>
            <Side side={outlook.side > 0 ? "LONG" : "SHORT"} /> {outlook.needs}
            <Stops steps={outlook.steps} />
          </summary>
          <Gates steps={outlook.steps} />
        </details>
      ))}
    </Panel>
  );
}

function Stops({ steps }: { steps: readonly Schemas["GateStep"][] }) {
  const stopped = steps.filter((step) => step.outcome === "stopped").map((step) => step.gate);
  if (stopped.length === 0) return null;
  const gates = stopped.join(", ");
  return (
    <span className="loss">
      {" "}
      <Trans>and would be stopped by {gates}</Trans>
    </span>
  );
}
