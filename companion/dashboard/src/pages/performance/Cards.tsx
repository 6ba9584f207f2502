import { Plural, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Change } from "../../parts/Change";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";
import { isFew } from "./week";

export function Cards({ summary }: { summary: Schemas["Summary"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const { total, today } = summary;
  const count = total.trades;
  return (
    <Panel title={t`Closed trades, net of fees and funding`}>
      <div className="cards">
        <Figure label={t`Net, USDT`}>
          <Change value={total.net_pnl} />
        </Figure>
        <Figure label={t`Today, USDT`}>
          <Change value={today.net_pnl} />
        </Figure>
        <Figure label={t`Trades`}>{format.number(total.trades, 0)}</Figure>
        <Figure label={t`Won`}>{format.percent(total.win_rate_pct, 1)}</Figure>
        <Figure label={t`A trade, USDT`}>
          <Change value={total.expectancy} />
        </Figure>
        <Figure label={t`Profit factor`}>{format.number(total.profit_factor)}</Figure>
        <Figure label={t`Drawdown, USDT`}>{format.number(summary.largest_drawdown)}</Figure>
        <Figure label={t`Gross, USDT`}>
          <Change value={total.gross_pnl} />
        </Figure>
        <Figure label={t`Fees, USDT`}>{format.number(total.fees)}</Figure>
        <Figure label={t`Funding, USDT`}>
          <Change value={total.funding} />
        </Figure>
        <Figure label={t`Hours a trade`}>{format.number(summary.average_hours, 1)}</Figure>
        <Figure label={t`Best, worst`}>
          {format.signed(total.best)}, {format.signed(total.worst)}
        </Figure>
      </div>
      {isFew(count) ? (
        <p className="few age-old">
          <Plural
            value={count}
            one="Only # trade: these numbers are chance more than anything else. Nothing can be concluded from them."
            other="Only # trades: these numbers are chance more than anything else. Nothing can be concluded from them."
          />
        </p>
      ) : null}
    </Panel>
  );
}
