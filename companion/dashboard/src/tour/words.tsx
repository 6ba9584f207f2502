import { Trans } from "@lingui/react/macro";
import { MarketSentence, MoneySentence } from "../about/AboutDialog";
import { useAbout } from "../api/queries";
import type { Step } from "./steps";

export function StepTitle({ step }: { step: Step }) {
  switch (step) {
    case "bar":
      return <Trans>What this is</Trans>;
    case "positions":
      return <Trans>What is open</Trans>;
    case "opportunities":
      return <Trans>Every coin</Trans>;
    case "why-not":
      return <Trans>Why, and why not</Trans>;
    case "funnel":
      return <Trans>Where coins stop</Trans>;
    case "close-all":
      return <Trans>The way out</Trans>;
    case "evidence":
      return <Trans>What has been shown</Trans>;
  }
}

export function StepWords({ step }: { step: Step }) {
  if (step === "bar") return <First />;
  return (
    <p>
      <Rest step={step} />
    </p>
  );
}

/** Before anything else: whose prices, whose money. */
function First() {
  const about = useAbout().data;
  return (
    <>
      <p>
        <MarketSentence market={about?.market} />
      </p>
      <p>
        <MoneySentence isLive={about?.live_money} />
      </p>
      <p>
        <Trans>
          This bar is on every page: what the bots do, what is won or lost today, and how old feed, decision
          and answer are. What is old says so.
        </Trans>
      </p>
    </>
  );
}

function Rest({ step }: { step: Exclude<Step, "bar"> }) {
  switch (step) {
    case "positions":
      return (
        <Trans>
          Portfolio: each position on one line, from the price at which it would be liquidated, over its stop
          and the price of now, to its target. The nearest to its stop comes first.
        </Trans>
      );
    case "opportunities":
      return (
        <Trans>
          Opportunities: a row for each coin, with the gate at which its last decision ended. Search with /,
          sort by a heading, mark favourites. The rows do not jump; they are sorted again at the close of a
          candle.
        </Trans>
      );
    case "why-not":
      return (
        <Trans>
          Coin: the first sentence says whether a coin was accepted, or at which gate it stopped and on which
          numbers. Below it stand all gates in their order, each with what it found.
        </Trans>
      );
    case "funnel":
      return (
        <Trans>
          Funnel: how many coins each gate has stopped. A gate of the last candle leads to its coins. Most
          candles accept nothing, and that is as it should be.
        </Trans>
      );
    case "close-all":
      return (
        <Trans>
          Close all closes every position of all bots at the market price. It asks first, names what it would
          close, and says afterwards what happened.
        </Trans>
      );
    case "evidence":
      return (
        <Trans>
          Evidence: what was measured about these decisions. They have shown no edge: on recorded markets they
          lost money after fees. A bot refuses to start with real money until that changes or you take it on
          yourself.
        </Trans>
      );
  }
}
