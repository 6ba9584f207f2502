import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useBlacklist } from "../../api/queries";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { useMayTrade } from "../../session/useRole";
import { coinsIn, type Listed, listed } from "./blacklist";
import { BlacklistCoins, UnlistCoin } from "./ChangeBlacklist";
import { EntryList } from "./EntryList";

/** What the bots never enter. Coins put here count until a bot is restarted; patterns are of its configuration. */
export function Blacklist() {
  const { t } = useLingui();
  const asked = useBlacklist();
  const mayTrade = useMayTrade();
  const [added, setAdded] = useState<string[]>();
  const [removed, setRemoved] = useState<string>();
  return (
    <Panel title={t`Blacklist`}>
      <Shown asked={asked} rows={1}>
        {(all) => <Entries entries={listed(all)} onRemove={setRemoved} />}
      </Shown>
      {mayTrade ? <Add onAdd={setAdded} /> : null}
      {added ? <BlacklistCoins coins={added} onClose={() => setAdded(undefined)} /> : null}
      {removed ? <UnlistCoin pair={removed} onClose={() => setRemoved(undefined)} /> : null}
    </Panel>
  );
}

function Entries({ entries, onRemove }: { entries: readonly Listed[]; onRemove: (pair: string) => void }) {
  const { t } = useLingui();
  if (entries.length === 0) {
    return (
      <Empty>
        <Trans>Nothing is on it.</Trans>
      </Empty>
    );
  }
  return (
    <EntryList
      verb={t`Take off…`}
      entries={entries.map(({ pair, bots, isPattern }) => ({
        key: pair,
        label: t`Take ${pair} off`,
        ...(isPattern ? {} : { onAsk: () => onRemove(pair) }),
        content: (
          <>
            <strong>{pair}</strong> <span className="muted">{bots.join(", ")}</span>
            {isPattern ? (
              <span className="muted">
                <Trans>a pattern of the bot's configuration, changed there</Trans>
              </span>
            ) : null}
          </>
        ),
      }))}
    />
  );
}

function Add({ onAdd }: { onAdd: (coins: string[]) => void }) {
  const { t } = useLingui();
  const isLive = useFeedState().phase === "live";
  const [text, setText] = useState("");
  const coins = coinsIn(text);
  return (
    <form
      className="module-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (coins.length === 0) return;
        onAdd(coins);
        setText("");
      }}
    >
      <input
        className="input"
        aria-label={t`Coins for the blacklist`}
        placeholder={t`Coins: DOGE, XRP`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={!isLive || coins.length === 0}>
        <Trans>Blacklist…</Trans>
      </Button>
    </form>
  );
}
