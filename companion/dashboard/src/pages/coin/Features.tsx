import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";
import { decimalsOf, groupsOf } from "./features";
import { useNames } from "./names";

type Line = Schemas["FeatureLine"];

/** Every feature of the candle, in its groups. */
export function Features({ features }: { features: readonly Line[] }) {
  const { t } = useLingui();
  const named = useNames();
  return (
    <Panel title={t`Features`}>
      {groupsOf(features).map(([group, lines]) => (
        <details key={group} className="outlook">
          <summary>{group}</summary>
          <dl className="leverage-lines">
            {lines.map((line) => (
              <div key={line.feature}>
                <dt title={line.feature}>{named("feature", line.feature)}</dt>
                <dd className={line.value === null ? "number muted" : "number"}>
                  <Value line={line} />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </Panel>
  );
}

/** A word for a code; else the number with its unit, where a percentage is written as the language does. */
function Value({ line }: { line: Line }) {
  const { t } = useLingui();
  const format = useFormatter();
  const { value, unit } = line;
  if (line.meaning) return line.meaning;
  const decimals = decimalsOf(value);
  if (value === null) return format.notAvailable;
  const share = format.percent(value, decimals);
  if (unit === "%") return share;
  if (unit === "% per 8 h") return t`${share} in 8 h`;
  return `${format.number(value, decimals)} ${unit}`;
}
