import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useFeedState } from "../../feed/useFeed";
import { useFormatter } from "../../format/useFormatter";
import { Button } from "../../parts/Button";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";
import { useMayTrade } from "../../session/useRole";
import { ChangeGuard, type GuardChange } from "./ChangeGuard";
import { GuardNumbers } from "./GuardNumbers";

type Status = Schemas["StoplossGuardStatus"];

/** The guard against many stops: what it does, whom it locks, its numbers and its switches. */
export function Guard({ guard }: { guard: Status }) {
  const { t } = useLingui();
  const mayTrade = useMayTrade();
  const [wanted, setWanted] = useState<GuardChange>();
  return (
    <Panel
      title={t`Stop-loss guard`}
      beside={mayTrade ? <Switches guard={guard} onWanted={setWanted} /> : null}
    >
      <Figures guard={guard} />
      {mayTrade ? <GuardNumbers onWanted={setWanted} /> : null}
      <PairLocks locks={guard.pair_locks} />
      {wanted ? <ChangeGuard change={wanted} guard={guard} onClose={() => setWanted(undefined)} /> : null}
    </Panel>
  );
}

function Figures({ guard }: { guard: Status }) {
  const { t } = useLingui();
  const format = useFormatter();
  return (
    <div className="cards">
      <Figure label={t`State`}>{guard.enabled ? t`on` : t`off`}</Figure>
      <Figure label={t`Locks`}>{guard.only_per_pair ? t`the pair alone` : t`all entries`}</Figure>
      <Figure label={t`Stops within the look-back`}>
        {format.number(guard.recent_stoplosses, 0)} / {format.number(guard.max_stoplosses, 0)}
      </Figure>
      <Figure label={t`Look-back, minutes`}>{format.number(guard.lookback_minutes, 0)}</Figure>
      <Figure label={t`Lock, minutes`}>{format.number(guard.cooldown_minutes, 0)}</Figure>
      <Figure label={t`Locked until`}>
        {guard.global_locked ? format.dateTime(guard.locked_until_ms) : t`not locked`}
      </Figure>
    </div>
  );
}

function PairLocks({ locks }: { locks: Status["pair_locks"] }) {
  const format = useFormatter();
  if (locks.length === 0) return null;
  return (
    <ul className="module-note">
      {locks.map((lock) => (
        <li key={`${lock.bot}${lock.pair}`}>
          <strong>{lock.pair}</strong> {lock.bot}, {format.dateTime(lock.until_ms)}: {lock.reason}
        </li>
      ))}
    </ul>
  );
}

function Switches({ guard, onWanted }: { guard: Status; onWanted: (change: GuardChange) => void }) {
  const isLive = useFeedState().phase === "live";
  return (
    <div className="module-switches">
      <Button disabled={!isLive} onClick={() => onWanted({ only_per_pair: !guard.only_per_pair })}>
        {guard.only_per_pair ? <Trans>Lock all entries…</Trans> : <Trans>Lock the pair alone…</Trans>}
      </Button>
      <Button disabled={!isLive} onClick={() => onWanted({ enabled: !guard.enabled })}>
        {guard.enabled ? <Trans>Switch off…</Trans> : <Trans>Switch on…</Trans>}
      </Button>
      <Button disabled={!isLive} onClick={() => onWanted({ clear: true })}>
        <Trans>Clear…</Trans>
      </Button>
    </div>
  );
}
