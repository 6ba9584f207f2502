import { Trans } from "@lingui/react/macro";
import { useLocks } from "../../api/queries";
import { ofBot } from "../../bots/chosen";
import { useBot } from "../../bots/useBot";
import { useFormatter } from "../../format/useFormatter";

const ALL_PAIRS = "*";

/** What keeps bots from this coin now. The decision of a candle does not know of it: a bot asks at the entry. */
export function Locked({ pair }: { pair: string }) {
  const format = useFormatter();
  const locks = ofBot(useLocks().data?.items ?? [], useBot());
  return locks
    .filter((lock) => lock.pair === pair || lock.pair === ALL_PAIRS)
    .map(({ id, bot, reason, until_ms: untilMs }) => {
      const until = format.dateTime(untilMs);
      return (
        <p key={id} className="why-sentence age-old">
          <Trans>
            The bot {bot} enters nothing here until {until}: {reason}
          </Trans>
        </p>
      );
    });
}
