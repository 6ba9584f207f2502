import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../../api/client";
import { useLocks } from "../../api/queries";
import { ofBot } from "../../bots/chosen";
import { useBot } from "../../bots/useBot";
import { useFormatter } from "../../format/useFormatter";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { ClearBlock } from "./ClearBlock";
import { EntryList } from "./EntryList";
import { ALL_PAIRS, standing } from "./locks";

type Lock = Schemas["Lock"];

/** What stops entries now: locks, and apart from them the coins that the kill switch has blocked. */
export function Locks() {
  const { t } = useLingui();
  const asked = useLocks();
  // Kept here: an answered question outlives the row it was about.
  const [removed, setRemoved] = useState<Lock>();
  const [cleared, setCleared] = useState<Lock>();
  const found = standing(ofBot(asked.data?.items ?? [], useBot()));
  const lockCount = found.locks.length;
  const blockCount = found.blocks.length;
  return (
    <>
      <Panel title={t`Locks (${lockCount})`}>
        <Shown asked={asked} rows={1}>
          {() => <LockList locks={found.locks} verb={t`Remove…`} onAsk={setRemoved} />}
        </Shown>
      </Panel>
      <Panel title={t`Kill-switch blocks (${blockCount})`}>
        <Shown asked={asked} rows={1}>
          {() => <LockList locks={found.blocks} verb={t`End the block…`} onAsk={setCleared} />}
        </Shown>
      </Panel>
      {removed ? <RemoveLock lock={removed} onClose={() => setRemoved(undefined)} /> : null}
      {cleared ? <ClearBlock pair={cleared.pair} onClose={() => setCleared(undefined)} /> : null}
    </>
  );
}

interface ListProperties {
  locks: readonly Lock[];
  verb: string;
  onAsk: (lock: Lock) => void;
}

function LockList({ locks, verb, onAsk }: ListProperties) {
  const { t } = useLingui();
  if (locks.length === 0) {
    return (
      <Empty>
        <Trans>None.</Trans>
      </Empty>
    );
  }
  return (
    <EntryList
      entries={locks.map((lock) => ({
        key: lock.id,
        label: `${verb} ${lock.pair}`,
        onAsk: () => onAsk(lock),
        content: (
          <>
            <strong>{lock.pair === ALL_PAIRS ? t`all pairs` : lock.pair}</strong> <LockFacts lock={lock} />
          </>
        ),
      }))}
      verb={verb}
    />
  );
}

function LockFacts({ lock }: { lock: Lock }) {
  const format = useFormatter();
  const { bot, reason } = lock;
  const until = format.dateTime(lock.until_ms);
  return (
    <>
      <Trans>
        {bot}, until {until}
      </Trans>
      {lock.guard ? <code>{lock.guard}</code> : null}
      <span className="muted">{reason}</span>
    </>
  );
}

function RemoveLock({ lock, onClose }: { lock: Lock; onClose: () => void }) {
  const { t } = useLingui();
  const { bot, reason } = lock;
  const pair = lock.pair === ALL_PAIRS ? t`all pairs` : lock.pair;
  return (
    <ConfirmedAction
      title={t`Remove a lock`}
      verb={t`Remove it`}
      run={() => answered(api.DELETE("/api/v1/locks/{lock_id}", { params: { path: { lock_id: lock.id } } }))}
      said={() => (
        <p>
          <Trans>The lock of {pair} is removed: entries are allowed again, unless another lock stands.</Trans>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        <Trans>
          The bot {bot} may enter <strong>{pair}</strong> again. A guard whose condition still holds may set
          the lock again: change its settings, or clear it.
        </Trans>
      </p>
      <p className="muted">{reason}</p>
    </ConfirmedAction>
  );
}
