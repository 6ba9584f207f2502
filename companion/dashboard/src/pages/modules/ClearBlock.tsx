import { Trans, useLingui } from "@lingui/react/macro";
import { ConfirmedAction } from "../../actions/ConfirmedAction";
import { answered, api } from "../../api/client";
import { baseOf } from "../../format/names";

/** Ends the block and has the strategy forget what was behind it: the lock alone would come back. */
export function ClearBlock({ pair, onClose }: { pair: string; onClose: () => void }) {
  const { t } = useLingui();
  const base = baseOf(pair);
  return (
    <ConfirmedAction
      title={t`End the block of ${base}`}
      verb={t`End it`}
      run={() => answered(api.DELETE("/api/v1/killswitch/{symbol}", { params: { path: { symbol: base } } }))}
      said={() => (
        <p>
          <Trans>The block of {base} is ended; the bots forget its events within one loop.</Trans>
        </p>
      )}
      isDangerous
      onClose={onClose}
    >
      <p>
        <Trans>
          The kill switch has closed {base} and blocked it for a day. The bots may enter it again at once, and
          forget the events and the penalty on its score.
        </Trans>
      </p>
    </ConfirmedAction>
  );
}
