import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";
import { PointsBar } from "../../parts/PointsBar";
import { useNames } from "./names";

/** Points of every layer from one zero line, and how they become the score. */
export function Layers({ score }: { score: Schemas["ScoreLines"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const named = useNames();
  const largest = Math.max(...score.layers.map((layer) => Math.abs(layer.counted ?? 0)), 1);
  const reached = format.number(score.score, 0);
  const needed = format.number(score.minimum, 0);
  return (
    <Panel
      title={t`Layers`}
      beside={
        <span>
          <Trans>
            score <strong>{reached}</strong>, needs {needed}
          </Trans>
        </span>
      }
    >
      <ol className="layers">
        {score.layers.map((layer) => (
          <li key={layer.number} title={layer.formula}>
            <span className={layer.not_available ? "muted" : ""}>
              {layer.number} {named("layer", layer.name)}
            </span>
            <PointsBar points={layer.counted} largest={largest} />
            <span className={layer.not_available ? "number muted" : "number"}>
              {layer.not_available ? format.notAvailable : format.signed(layer.counted, 0)}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
