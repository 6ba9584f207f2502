import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";
import { decimalsOf, groupsOf } from "./features";

/** Every feature of the candle, in its groups. */
export function Features({ features }: { features: readonly Schemas["FeatureLine"][] }) {
  const { t } = useLingui();
  const format = useFormatter();
  return (
    <Panel title={t`Features`}>
      {groupsOf(features).map(([group, lines]) => (
        <details key={group} className="outlook">
          <summary>{group}</summary>
          <dl className="leverage-lines">
            {lines.map((line) => (
              <div key={line.feature}>
                <dt>{line.feature}</dt>
                <dd className={line.value === null ? "number muted" : "number"}>
                  {line.meaning ||
                    `${format.number(line.value, decimalsOf(line.value))} ${line.value === null ? "" : line.unit}`}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </Panel>
  );
}
