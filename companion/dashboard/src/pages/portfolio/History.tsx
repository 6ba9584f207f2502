import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useTrades } from "../../api/queries";
import { baseOf } from "../../format/names";
import { useFormatter } from "../../format/useFormatter";
import { Change } from "../../parts/Change";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { Side } from "../../parts/Side";

const SHOWN = 100;

export function History() {
  const { t } = useLingui();
  const asked = useTrades(SHOWN);
  const total = asked.data?.total ?? 0;
  return (
    <Panel title={total > 0 ? t`Closed trades (${total})` : t`Closed trades`}>
      <Shown asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>
              <Trans>No trade has been closed yet.</Trans>
            </Empty>
          ) : (
            <Table trades={items} />
          )
        }
      </Shown>
    </Panel>
  );
}

function Table({ trades }: { trades: readonly Schemas["TradeView"][] }) {
  const { t } = useLingui();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    <section className="table-box" tabIndex={0} aria-label={t`Closed trades`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <Trans>Closed</Trans>
            </th>
            <th scope="col">
              <Trans>Coin</Trans>
            </th>
            <th scope="col" className="number">
              <Trans>Net, USDT</Trans>
            </th>
            <th scope="col" className="number">
              %
            </th>
            <th scope="col">
              <Trans>Reason</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {trades.map((trade) => (
            <Row key={trade.id} trade={trade} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ trade }: { trade: Schemas["TradeView"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const details = [
    `${t`Entry`} ${format.number(trade.entry_price, 6)}`,
    `${t`Exit`} ${format.number(trade.exit_price, 6)}`,
    `${t`Fees`} ${format.number(trade.fees)}`,
    `${t`Score`} ${format.number(trade.score, 0)}`,
    trade.closeReason,
  ].join(" · ");
  return (
    <tr title={details}>
      <td className="number">{format.dateTime(trade.closed_ms)}</td>
      <td>
        {baseOf(trade.pair)} <Side side={trade.side} />
      </td>
      <td className="number">
        <Change value={trade.net_pnl} />
      </td>
      <td className="number">
        <Change value={trade.net_pct} arrow={false} />
      </td>
      <td>{trade.reason}</td>
    </tr>
  );
}
