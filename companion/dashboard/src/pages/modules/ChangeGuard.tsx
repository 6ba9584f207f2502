import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";

export type GuardChange = Partial<
  Pick<
    Schemas["GuardBody"],
    "enabled" | "only_per_pair" | "lookback_minutes" | "max_stoplosses" | "cooldown_minutes" | "clear"
  >
>;

interface Properties {
  change: GuardChange;
  guard: Schemas["StoplossGuardStatus"];
  onClose: () => void;
}

export function ChangeGuard({ change, guard, onClose }: Properties) {
  const { t } = useLingui();
  // As it was when the question was asked: the answer changes it.
  const [before] = useState(guard);
  return (
    <ConfirmedAction
      title={change.clear ? t`Clear the stop-loss guard` : t`Change the stop-loss guard`}
      verb={change.clear ? t`Clear it` : t`Change it`}
      run={() =>
        answered(api.POST("/api/v1/phase193/stoploss-guard/settings", { body: { clear: false, ...change } }))
      }
      said={(done) => <Said done={done} />}
      onClose={onClose}
    >
      <What change={change} guard={before} />
    </ConfirmedAction>
  );
}

function Said({ done }: { done: Schemas["GuardAnswer"] }) {
  return (
    <p>
      {done.cleared ? (
        <Trans>Its locks are removed, and the bots forget the stops so far within one loop.</Trans>
      ) : (
        <Trans>Written. It takes effect within one loop of the bots; locks that stand are kept.</Trans>
      )}
    </p>
  );
}

function What({ change, guard }: Omit<Properties, "onClose">) {
  const { t } = useLingui();
  const format = useFormatter();
  const sentence = useSentence(change);
  const numbers = [
    [t`Look-back, minutes`, guard.lookback_minutes, change.lookback_minutes],
    [t`Stops that lock`, guard.max_stoplosses, change.max_stoplosses],
    [t`Lock, minutes`, guard.cooldown_minutes, change.cooldown_minutes],
  ] as const;
  return (
    <>
      {sentence ? <p>{sentence}</p> : null}
      {numbers.map(([label, before, after]) =>
        after === undefined ? null : (
          <p key={label}>
            {label}: <strong>{format.number(before, 0)}</strong> <span aria-hidden="true">→</span>{" "}
            <strong>{format.number(after, 0)}</strong>
          </p>
        ),
      )}
    </>
  );
}

function useSentence(change: GuardChange): string {
  const { t } = useLingui();
  if (change.clear)
    return t`The guard's locks are removed and the stops so far forgotten: entries are allowed at once.`;
  if (change.enabled === false) return t`Many stops will lock nothing any more.`;
  if (change.enabled) return t`Many stops within the look-back will lock entries again.`;
  if (change.only_per_pair)
    return t`From now on stops count for each pair alone, and only that pair is locked.`;
  if (change.only_per_pair === false)
    return t`From now on the stops of all pairs count together, and all entries are locked.`;
  return "";
}
