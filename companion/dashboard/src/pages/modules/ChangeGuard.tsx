import { Trans, useLingui } from "@lingui/react/macro";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api } from "../../api/client";

interface Properties {
  change: { enabled?: boolean; only_per_pair?: boolean };
  onClose: () => void;
}

export function ChangeGuard({ change, onClose }: Properties) {
  const { t } = useLingui();
  return (
    <ConfirmedAction
      title={t`Change the stop-loss guard`}
      verb={t`Change it`}
      run={() =>
        answered(api.POST("/api/v1/phase193/stoploss-guard/settings", { body: { clear: false, ...change } }))
      }
      said={() => (
        <p>
          <Trans>Written. It takes effect within one loop of the bots; locks that stand are kept.</Trans>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        <What change={change} />
      </p>
    </ConfirmedAction>
  );
}

function What({ change }: { change: Properties["change"] }) {
  if (change.enabled === false) return <Trans>Many stops will lock nothing any more.</Trans>;
  if (change.enabled) return <Trans>Many stops within the look-back will lock entries again.</Trans>;
  if (change.only_per_pair)
    return <Trans>From now on stops count for each pair alone, and only that pair is locked.</Trans>;
  return <Trans>From now on the stops of all pairs count together, and all entries are locked.</Trans>;
}
