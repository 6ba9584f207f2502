import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useAbsentParts } from "../../api/queries";
import { Panel } from "../../parts/Panel";

/** What this release does not have: no switch, and no number. */
export function Absent({ found }: { found: Schemas["ModulesStatus"] }) {
  const { t } = useLingui();
  const [optimizer, replays, recovery, reconciliation] = useAbsentParts().data ?? [];
  const parts = [
    [found.freqai, t`Outcome model (FreqAI, layer 23)`],
    [found.hyperopt, t`Trade-replay optimisation; freqtrade hyperopt works`],
    [optimizer, t`AI optimizer`],
    [replays, t`Replay studies`],
    [recovery, t`Portfolio recovery`],
    [reconciliation, t`Comparison with the exchange`],
  ] as const;
  const absent = parts.filter(([part]) => part && !part.enabled);
  if (absent.length === 0) return null;
  return (
    <Panel title={t`Not part of this release`}>
      <ul className="entry-list">
        {absent.map(([, name]) => (
          <li key={name} className="muted">
            {name}
          </li>
        ))}
      </ul>
      <p className="module-note muted">
        <Trans>They have no switch and no number here, because there is nothing behind them.</Trans>
      </p>
    </Panel>
  );
}
