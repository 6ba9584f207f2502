import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";

const SHOWN = "edge shown";

/** The verdict first, in words; a number only where it counts for these settings. */
export function BotEvidence({ found }: { found: Schemas["LiveEvidence"] }) {
  const { t } = useLingui();
  const { bot, evidence } = found;
  return (
    <Panel title={t`Evidence for ${bot}`}>
      <p className="verdict">
        <strong className={evidence.verdict === SHOWN ? "gain" : "age-old"}>{evidence.verdict}</strong>
        {evidence.reason ? `: ${evidence.reason}` : ""}
      </p>
      <p className="verdict muted">
        <Trans>
          A live start needs an edge shown for exactly the settings in force. What a backtest or a dry run
          earned is no evidence.
        </Trans>
      </p>
      <table className="table evidence-table">
        <thead>
          <tr>
            <th scope="col">{t`% of the notional a trade`}</th>
            <th scope="col" className="number">{t`Mean`}</th>
            <th scope="col" className="number">{t`95 % interval`}</th>
            <th scope="col" className="number">{t`Trades, days`}</th>
          </tr>
        </thead>
        <tbody>
          <Measured evidence={evidence} />
          <Row name={t`Net, this bot`} mean={found.net} />
          <Row name={t`Gross, this bot`} mean={found.gross} />
          <Row name={t`Slippage, this bot`} mean={found.slippage} />
        </tbody>
      </table>
      <p className="verdict">
        <Trans>This bot's own trades:</Trans> <strong>{found.drift}</strong>
        {found.reason ? `: ${found.reason}` : ""}
      </p>
    </Panel>
  );
}

function Measured({ evidence }: { evidence: Schemas["EvidenceVerdict"] }) {
  const { t } = useLingui();
  const { net_pct: mean, low_pct: low, high_pct: high, trades, days } = evidence;
  return <Row name={t`Net, measured on recorded data`} mean={{ mean, low, high, trades, days }} />;
}

type Mean = Record<"mean" | "low" | "high" | "trades" | "days", number | null>;

function Row({ name, mean }: { name: string; mean: Mean }) {
  const format = useFormatter();
  const hasInterval = mean.low !== null && mean.high !== null;
  const interval = hasInterval
    ? `[${format.signed(mean.low, 3)}, ${format.signed(mean.high, 3)}]`
    : format.notAvailable;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number">{hasInterval ? format.signed(mean.mean, 3) : format.notAvailable}</td>
      <td className="number">{interval}</td>
      <td className="number">
        {format.number(mean.trades, 0)}, {format.number(mean.days, 0)}
      </td>
    </tr>
  );
}
