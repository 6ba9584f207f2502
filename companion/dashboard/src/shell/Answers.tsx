import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { roundTrip } from "../api/portfolio";
import { usePortfolioOfAll } from "../api/queries";
import { useFeedState } from "../feed/useFeed";
import { Age } from "../parts/Age";
import { useNow } from "../store/clock";
import { useStore } from "../store/store";
import { answersOf } from "./answers";

/** How the companion answers what it is asked for, where that is not as it should be: refused, failing or slow. */
export function Answers() {
  const { phase } = useFeedState();
  const { error, failureReason, dataUpdatedAt } = usePortfolioOfAll();
  const trip = useStore(roundTrip);
  const found = answersOf({ ...trip, error: error ?? failureReason, nowMs: useNow() });
  // Without a connection the banner about that says more.
  if (found.state === "well" || phase === "lost") return null;
  return (
    <p className="banner" role="status">
      <strong>
        <What found={found} />
      </strong>
      {dataUpdatedAt > 0 ? (
        <span className="banner-more">
          <Trans>
            What is asked for (the result of today, trades, evidence) is as it was <Age ms={dataUpdatedAt} />{" "}
            ago. Prices and positions still come by the feed.
          </Trans>
        </span>
      ) : null}
    </p>
  );
}

function What({ found }: { found: ReturnType<typeof answersOf> }): ReactNode {
  const { status, detail, seconds } = found;
  switch (found.state) {
    case "limited":
      return (
        <Trans>The companion asks for fewer requests (429); it is asked again in {seconds} seconds.</Trans>
      );
    case "refused":
      return (
        <Trans>
          The companion refuses ({status}): {detail}
        </Trans>
      );
    case "silent":
      return <Trans>The companion does not answer requests.</Trans>;
    default:
      return <Trans>The companion answers slowly.</Trans>;
  }
}
