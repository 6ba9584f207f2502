import { Trans } from "@lingui/react/macro";
import { useFeedState } from "../feed/useFeed";
import { Age } from "../parts/Age";

export function StaleBanner() {
  const { phase, heardMs, sinceMs } = useFeedState();
  if (phase !== "lost") return null;
  return (
    <p className="banner" role="alert">
      <strong>
        <Trans>Not connected.</Trans>
      </strong>{" "}
      <Trans>
        What you see is as it was; it has not been renewed for <Age ms={heardMs || sinceMs} />. Actions are
        off until the connection is back.
      </Trans>
    </p>
  );
}
