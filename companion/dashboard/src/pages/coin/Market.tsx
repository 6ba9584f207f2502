import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useRow } from "../../feed/useFeed";
import { usePriceDecimals } from "../../feed/usePriceDecimals";
import { useFormatter } from "../../format/useFormatter";
import { Facts } from "../../parts/Facts";
import { Panel } from "../../parts/Panel";
import { Side } from "../../parts/Side";

/** What the coin is now, and what an entry of its candle would be. */
export function Market({ answer }: { answer: Schemas["CoinAnswer"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const decimals = usePriceDecimals(answer.symbol);
  const now = useRow("opportunities", answer.symbol);
  const { decision, live } = answer;
  const facts: [string, string][] = [
    [t`Price`, format.number(now?.last_price ?? live?.price, decimals)],
    [t`Day`, format.signedPercent(decision.daily_change_pct)],
    [t`Spread`, format.percent(now?.spread_now ?? live?.spread_pct, 3)],
    [t`Funding, 8 h`, format.signedPercent(decision.funding_rate, 4)],
    [t`Volume 24 h, USDT`, format.compact(decision.quote_volume_24h)],
    [t`Regime`, decision.regime],
    [t`Score now`, format.number(now?.score_now ?? live?.score, 0)],
    [t`Entry`, format.number(decision.entry_price, decimals)],
    [t`Stop`, format.number(decision.stop_price, decimals)],
    [t`Target`, format.number(decision.target_price, decimals)],
  ];
  return (
    <Panel title={answer.pair} beside={decision.side ? <Side side={decision.side} /> : null}>
      <Facts facts={facts} className="coin-facts" />
    </Panel>
  );
}
