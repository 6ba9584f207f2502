import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schemas } from "../api/client";
import { useFormatter } from "../format/useFormatter";
import { Link } from "../navigation/Link";
import { addressOf } from "../navigation/route";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import { openTour } from "../tour/tour";
import { moneyOf } from "./origin";

interface Properties {
  about: Schemas["About"] | undefined;
  onClose: () => void;
}

/** For a person who has never seen it: what this is, whose prices, whose money, and where to look. */
export function AboutDialog({ about, onClose }: Properties) {
  const { t } = useLingui();
  const tour = () => {
    onClose();
    openTour();
  };
  const actions = (
    <Button kind="primary" onClick={tour}>
      <Trans>Show the tour</Trans>
    </Button>
  );
  return (
    <Dialog title={t`What this is`} onClose={onClose} actions={actions}>
      <p>
        <Trans>
          HHQ-1 watches every coin of the USDT futures market, decides by fixed rules after each candle of
          five minutes, and says of every decision why. Its bots trade what it accepts.
        </Trans>
      </p>
      <p className="about-line">
        <MarketSentence market={about?.market} />
      </p>
      <p className="about-line">
        <MoneySentence isLive={about?.live_money} />
      </p>
      <p className="about-line">
        <Trans>It has not been shown that these decisions earn money. Evidence says what was measured.</Trans>
      </p>
      <WhereToLook onFollow={onClose} />
      {about ? <Running about={about} /> : null}
    </Dialog>
  );
}

/** Whose prices these are, in a sentence. */
export function MarketSentence({ market }: { market: Schemas["About"]["market"] | undefined }) {
  const format = useFormatter();
  const name = market?.name ?? format.notAvailable;
  const speed = format.number(market?.speed, 1);
  switch (market?.kind) {
    case "generated":
      return (
        <Trans>
          <strong>Generated market:</strong> a program makes these prices, nothing of it is real ({name},
          speed {speed}×).
        </Trans>
      );
    case "recorded":
      return (
        <Trans>
          <strong>Recorded market:</strong> real prices of an earlier time, played again ({name}, speed{" "}
          {speed}×).
        </Trans>
      );
    case "binance":
      return (
        <Trans>
          <strong>Binance:</strong> the real exchange, at this moment.
        </Trans>
      );
    default:
      return (
        <Trans>
          <strong>Unknown market:</strong> the companion cannot say whose prices these are.
        </Trans>
      );
  }
}

/** Whose money is at stake, in a sentence. */
export function MoneySentence({ isLive }: { isLive: boolean | null | undefined }) {
  const money = moneyOf(isLive);
  if (money === "live")
    return (
      <Trans>
        <strong>Live money:</strong> a bot trades with real money.
      </Trans>
    );
  if (money === "none")
    return (
      <Trans>
        <strong>No real money:</strong> every bot is in a dry run, orders are simulated.
      </Trans>
    );
  return (
    <Trans>
      <strong>Money unknown:</strong> not every bot has answered yet, so one of them could trade with real
      money.
    </Trans>
  );
}

function WhereToLook({ onFollow }: { onFollow: () => void }) {
  const row = (page: string, name: ReactNode, words: ReactNode) => (
    <li>
      <Link href={addressOf(page)} onClick={onFollow}>
        {name}
      </Link>{" "}
      {words}
    </li>
  );
  return (
    <>
      <h3>
        <Trans>Where to look</Trans>
      </h3>
      <ul className="about-list">
        {row("portfolio", <Trans>Portfolio</Trans>, <Trans>what is open, and how near its stop is</Trans>)}
        {row("opportunities", <Trans>Opportunities</Trans>, <Trans>every coin, and where it stands</Trans>)}
        {row("funnel", <Trans>Funnel</Trans>, <Trans>at which gate how many coins stop</Trans>)}
        {row("evidence", <Trans>Evidence and AI</Trans>, <Trans>what was measured, and what was not</Trans>)}
      </ul>
    </>
  );
}

function Running({ about }: { about: Schemas["About"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  return (
    <Facts
      facts={[
        [t`Version`, about.version ?? format.notAvailable],
        [t`Runs since`, format.dateTime(about.started_ms)],
      ]}
    />
  );
}
