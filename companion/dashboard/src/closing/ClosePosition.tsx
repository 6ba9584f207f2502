import { Trans, useLingui } from "@lingui/react/macro";
import { ConfirmedAction } from "../actions/ConfirmedAction";
import { answered, api, type Schemas } from "../api/client";
import type { PositionRow } from "../feed/rows";
import { useRow } from "../feed/useFeed";
import { baseOf } from "../format/names";
import { useFormatter } from "../format/useFormatter";
import { Change } from "../parts/Change";
import { Side } from "../parts/Side";

/** The entry order had not filled: there was nothing to sell. */
const CANCELLED = "cancelled";

/** `position` is what was seen when the question was asked; the numbers in it go on. */
export function ClosePosition({ position, onClose }: { position: PositionRow; onClose: () => void }) {
  const { t } = useLingui();
  const format = useFormatter();
  const base = baseOf(position.pair);
  const { bot } = position;
  const now = useRow("positions", position.key) ?? position;
  return (
    <ConfirmedAction
      title={t`Close ${base}`}
      verb={t`Close ${base} now`}
      run={() => closed(position)}
      said={(done) => <Said done={done} />}
      ifUnknown={<StateNow id={position.key} base={base} />}
      isDangerous
      onClose={onClose}
    >
      <p>
        <Trans>
          The bot <strong>{bot}</strong> closes the whole position at the market price. This cannot be undone.
        </Trans>
      </p>
      <dl className="facts">
        <div>
          <dt>{base}</dt>
          <dd>
            <Side side={position.side} /> {format.number(position.leverage_set, 0)}×
          </dd>
        </div>
        <div>
          <dt>{t`Invested, USDT`}</dt>
          <dd>{format.number(now.invested)}</dd>
        </div>
        <div>
          <dt>{t`Result now, USDT`}</dt>
          <dd>
            <Change value={now.unrealised_pnl} />
          </dd>
        </div>
      </dl>
    </ConfirmedAction>
  );
}

/** The pair goes along: an id alone may have been given to another trade meanwhile. */
export function closed(position: PositionRow): Promise<Schemas["Closed"]> {
  return answered(
    api.POST("/api/v1/positions/{position_id}/close", {
      params: { path: { position_id: position.key } },
      body: { pair: position.pair, order_type: "market" },
    }),
  );
}

function Said({ done }: { done: Schemas["Closed"] }) {
  const isCancelled = done.outcome === CANCELLED;
  const base = baseOf(done.pair);
  return (
    <>
      <p>
        {isCancelled ? (
          <Trans>The entry order of {base} had not filled; it is cancelled.</Trans>
        ) : (
          <Trans>The exit order of {base} is placed.</Trans>
        )}
      </p>
      <p className="muted">{done.result}</p>
    </>
  );
}

function StateNow({ id, base }: { id: string; base: string }) {
  const isOpen = useRow("positions", id) !== undefined;
  return (
    <p>
      {isOpen ? (
        <Trans>{base} is shown as open at this moment.</Trans>
      ) : (
        <Trans>{base} is no longer shown as open.</Trans>
      )}
    </p>
  );
}
