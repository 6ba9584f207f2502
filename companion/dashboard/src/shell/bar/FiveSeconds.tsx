import { Trans, useLingui } from "@lingui/react/macro";
import { MarketSign } from "../../about/MarketSign";
import { usePerformance, usePortfolio } from "../../api/queries";
import { BotSwitch } from "../../bots/BotSwitch";
import { useBot, usePositionRows } from "../../bots/useBot";
import { CloseAll } from "../../closing/CloseAll";
import { useDocument, useFeedState } from "../../feed/useFeed";
import { baseOf } from "../../format/names";
import { sumOf } from "../../format/sum";
import { useFormatter } from "../../format/useFormatter";
import { Bell } from "../../notices/Bell";
import { Age } from "../../parts/Age";
import { Change } from "../../parts/Change";
import { Figure } from "../../parts/Figure";
import { useMayTrade } from "../../session/useRole";
import { BotState } from "./BotState";
import { killSwitchDistance, oldestAnswer, openResult } from "./figures";
import { BOT_LIMIT_MS, DECISION_LIMIT_MS, FEED_LIMIT_MS } from "./limits";
import "./bar.css";

/** What a trader has to know within five seconds, on every page. */
export function FiveSeconds() {
  const { t } = useLingui();
  const isLive = useFeedState().phase === "live";
  return (
    <section className={`bar ${isLive ? "" : "bar-stale"}`} aria-label={t`In five seconds`} data-tour="bar">
      <MarketSign />
      <BotSwitch />
      <BotState />
      <Money />
      <Risk />
      <Ages />
      <div className="bar-actions">
        <Bell />
        {useMayTrade() ? <CloseAll /> : null}
      </div>
    </section>
  );
}

function Money() {
  const { t } = useLingui();
  const format = useFormatter();
  const accounts = useDocument("accounts");
  const positions = usePositionRows();
  const today = usePerformance().data?.today.net_pnl;
  const bot = useBot();
  const shown = Object.entries(accounts ?? {}).filter(([name]) => bot === undefined || name === bot);
  const equity = accounts ? sumOf(shown.map(([, account]) => account.equity)) : null;
  return (
    <>
      <Figure label={t`Equity, USDT`}>{format.number(equity)}</Figure>
      <Figure label={t`Today: realised | open`}>
        <Change value={today} /> <span className="muted">|</span>{" "}
        <Change value={openResult(positions.values())} />
      </Figure>
    </>
  );
}

function Risk() {
  const { t } = useLingui();
  const format = useFormatter();
  const positions = usePositionRows();
  const most = sumOf(usePortfolio().data?.bots.map((bot) => bot.max_positions) ?? [null]);
  const nearest = killSwitchDistance(positions.values());
  return (
    <>
      <Figure label={t`Positions`}>
        {positions.size}
        <span className="muted"> / {format.number(most, 0)}</span>
      </Figure>
      <Figure label={t`To kill switch`}>
        {nearest ? format.percent(nearest.pct) : <span className="muted">{format.notAvailable}</span>}
        {nearest ? <span className="muted small"> {baseOf(nearest.symbol)}</span> : null}
      </Figure>
    </>
  );
}

/** Life of the feed is not age of the decision: both are shown, so that neither passes for the other. */
function Ages() {
  const { t } = useLingui();
  const { heardMs } = useFeedState();
  const closeMs = useDocument("funnel")?.close_ms ?? 0;
  const bots = usePortfolio().data?.bots ?? [];
  return (
    <Figure label={t`Age: feed, decision, bot`} className="figure-ages">
      <span>
        <span className="muted small">
          <Trans>feed</Trans>
        </span>{" "}
        <Age ms={heardMs} limitMs={FEED_LIMIT_MS} />
      </span>
      <span>
        <span className="muted small">
          <Trans>decision</Trans>
        </span>{" "}
        <Age ms={closeMs} limitMs={DECISION_LIMIT_MS} />
      </span>
      <span>
        <span className="muted small">
          <Trans>bot</Trans>
        </span>{" "}
        <Age ms={oldestAnswer(bots)} limitMs={BOT_LIMIT_MS} />
      </span>
    </Figure>
  );
}
