import { useLingui } from "@lingui/react/macro";
import { usePerformance, usePortfolio } from "../../api/queries";
import { sumOf } from "../../format/sum";
import { useFormatter } from "../../format/useFormatter";
import { Change } from "../../parts/Change";
import { Figure } from "../../parts/Figure";
import { Panel, Shown } from "../../parts/Panel";

/** The wallet: real collateral, not the sum that leverage makes of it. */
export function Cards() {
  const { t } = useLingui();
  const format = useFormatter();
  const asked = usePortfolio();
  const total = usePerformance().data?.total;
  return (
    <Panel title={t`Account, USDT`}>
      <Shown asked={asked} rows={2}>
        {(found) => (
          <div className="cards">
            <Figure label={t`Equity`}>{format.number(sumOf(found.bots.map((bot) => bot.equity)))}</Figure>
            <Figure label={t`Starting capital`}>
              {format.number(sumOf(found.bots.map((bot) => bot.starting_capital)))}
            </Figure>
            <Figure label={t`Invested (margin)`}>{format.number(found.invested)}</Figure>
            <Figure label={t`Notional`}>{format.number(found.notional)}</Figure>
            <Figure label={t`Open result`}>
              <Change value={found.unrealised_pnl} />
            </Figure>
            <Figure label={t`Realised, all days`}>
              <Change value={total?.net_pnl} />
            </Figure>
            <Figure label={t`Fees paid`}>{format.number(total?.fees)}</Figure>
            <Figure label={t`Funding received`}>
              <Change value={total?.funding} />
            </Figure>
          </div>
        )}
      </Shown>
    </Panel>
  );
}
