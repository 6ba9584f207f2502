import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useFeedState } from "../../feed/useFeed";
import { useFormatter } from "../../format/useFormatter";
import { Button } from "../../parts/Button";
import { Figure } from "../../parts/Figure";
import { Panel } from "../../parts/Panel";
import { useMayTrade } from "../../session/useRole";
import { ChangeGuard } from "./ChangeGuard";

type Status = Schemas["StoplossGuardStatus"];

/** The guard against many stops: what it does, whom it locks, and its two switches. */
export function Guard({ guard }: { guard: Status }) {
  const { t } = useLingui();
  const format = useFormatter();
  return (
    <Panel title={t`Stop-loss guard`} beside={<Switches guard={guard} />}>
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
      <PairLocks locks={guard.pair_locks} />
    </Panel>
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

function Switches({ guard }: { guard: Status }) {
  const mayTrade = useMayTrade();
  const isLive = useFeedState().phase === "live";
  const [wanted, setWanted] = useState<Partial<Pick<Status, "enabled" | "only_per_pair">>>();
  if (!mayTrade) return null;
  return (
    <div className="module-switches">
      <Button disabled={!isLive} onClick={() => setWanted({ only_per_pair: !guard.only_per_pair })}>
        {guard.only_per_pair ? <Trans>Lock all entries…</Trans> : <Trans>Lock the pair alone…</Trans>}
      </Button>
      <Button disabled={!isLive} onClick={() => setWanted({ enabled: !guard.enabled })}>
        {guard.enabled ? <Trans>Switch off…</Trans> : <Trans>Switch on…</Trans>}
      </Button>
      {wanted ? <ChangeGuard change={wanted} onClose={() => setWanted(undefined)} /> : null}
    </div>
  );
}
