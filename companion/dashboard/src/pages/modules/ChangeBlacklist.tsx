import { Trans, useLingui } from "@lingui/react/macro";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api } from "../../api/client";
import { baseOf } from "../../format/names";

export function BlacklistCoins({ coins, onClose }: { coins: string[]; onClose: () => void }) {
  const { t } = useLingui();
  const named = coins.join(", ");
  return (
    <ConfirmedAction
      title={t`Blacklist ${named}`}
      verb={t`Blacklist`}
      run={() => answered(api.POST("/api/v1/blacklist", { body: { symbols: coins } }))}
      said={() => (
        <p>
          <Trans>{named}: on the blacklist of every bot until it is restarted.</Trans>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        <Trans>
          No bot enters <strong>{named}</strong> any more, until it is restarted or the coin is taken off.
          Open positions are kept and managed on.
        </Trans>
      </p>
    </ConfirmedAction>
  );
}

export function UnlistCoin({ pair, onClose }: { pair: string; onClose: () => void }) {
  const { t } = useLingui();
  const base = baseOf(pair);
  return (
    <ConfirmedAction
      title={t`Take ${base} off the blacklist`}
      verb={t`Take it off`}
      run={() => answered(api.DELETE("/api/v1/blacklist/{symbol}", { params: { path: { symbol: base } } }))}
      said={() => (
        <p>
          <Trans>{base} is off the blacklist: it may be entered again.</Trans>
        </p>
      )}
      onClose={onClose}
    >
      <p>
        <Trans>The bots may enter {base} again at its next accepted signal.</Trans>
      </p>
    </ConfirmedAction>
  );
}
