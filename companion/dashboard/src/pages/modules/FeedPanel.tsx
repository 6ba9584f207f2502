import { useLingui } from "@lingui/react/macro";
import { useFeedState } from "../../feed/useFeed";
import { useFormatter } from "../../format/useFormatter";
import { Age } from "../../parts/Age";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";

const HEARD_LIMIT_MS = 5_000;

/** The feed as this page gets it. */
export function FeedPanel() {
  const { t } = useLingui();
  const format = useFormatter();
  const { phase, heardMs, sinceMs } = useFeedState();
  return (
    <Panel title={t`Feed of this page`}>
      <div className="cards">
        <Figure label={t`State`}>
          {phase === "live" ? t`connected` : <span className="age-old">{t`not connected`}</span>}
        </Figure>
        <Figure label={t`Since`}>{format.dateTime(sinceMs)}</Figure>
        <Figure label={t`Last message, age`}>
          <Age ms={heardMs} limitMs={HEARD_LIMIT_MS} />
        </Figure>
      </div>
    </Panel>
  );
}
