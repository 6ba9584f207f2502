import { Trans, useLingui } from "@lingui/react/macro";
import type { PositionRow } from "../../feed/rows";
import { isFilled } from "../../feed/rows";
import { useFeedState, useRow } from "../../feed/useFeed";
import { usePriceDecimals } from "../../feed/usePriceDecimals";
import { isNumber } from "../../format/formatter";
import { baseOf } from "../../format/names";
import { useFormatter } from "../../format/useFormatter";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { Age } from "../../parts/Age";
import { Button } from "../../parts/Button";
import { Change } from "../../parts/Change";
import { Facts } from "../../parts/Facts";
import { Side } from "../../parts/Side";
import { useMayTrade } from "../../session/useRole";
import { Axis } from "./Axis";

/** `onClose` asks to close it. The question is not kept here: it outlives the row that it is about. */
export function Position({ id, onClose }: { id: string; onClose: (position: PositionRow) => void }) {
  const mayTrade = useMayTrade();
  const position = useRow("positions", id);
  if (!position) return null;
  return (
    <li className="position">
      <Name position={position} />
      <Result position={position} />
      {isFilled(position) ? (
        <Axis position={position} />
      ) : (
        <p className="waiting muted">
          <Trans>The entry order waits to be filled.</Trans>
        </p>
      )}
      <Levels position={position} />
      {mayTrade ? <CloseButton position={position} onClick={() => onClose(position)} /> : null}
    </li>
  );
}

function Name({ position }: { position: PositionRow }) {
  const format = useFormatter();
  const base = baseOf(position.pair);
  return (
    <div>
      <Link className="position-name" href={addressOf("coin", base)}>
        {base}
      </Link>{" "}
      <Side side={position.side} />{" "}
      <span className="muted leverage">{format.number(position.leverage_set, 0)}×</span>
      <p className="muted small">
        {position.bot} · <Age ms={position.opened_ms} />
      </p>
    </div>
  );
}

function Result({ position }: { position: PositionRow }) {
  return (
    <div className="position-result number">
      <Change value={position.unrealised_pnl} /> <span className="muted small">USDT</span>
      <p className="small">
        <Change value={position.roi_pct} unit="percent" arrow={false} /> <span className="muted">ROI</span>
      </p>
    </div>
  );
}

function Levels({ position }: { position: PositionRow }) {
  const { t } = useLingui();
  const format = useFormatter();
  const decimals = usePriceDecimals(position.symbol);
  const kill = position.kill_switch?.first_done ? position.kill_switch.full : position.kill_switch?.first;
  const trail = position.trail;
  const activation = format.percent(trail?.activation_pct);
  const waiting = isNumber(trail?.activation_pct) ? t`from ${activation}` : format.notAvailable;
  const trailWords = trail?.active ? t`follows` : waiting;
  const facts: [string, string][] = [
    [t`Invested`, format.number(position.invested)],
    [t`Entry`, format.number(position.entry_price, decimals)],
    [t`Mark`, format.number(position.mark_price, decimals)],
    [t`To kill switch`, format.percent(kill?.distance_pct)],
    [t`Trail`, trailWords],
  ];
  return <Facts facts={facts} />;
}

function CloseButton({ position, onClick }: { position: PositionRow; onClick: () => void }) {
  const { t } = useLingui();
  const isLive = useFeedState().phase === "live";
  const base = baseOf(position.pair);
  return (
    <Button
      disabled={!isLive}
      title={isLive ? undefined : t`The connection is lost`}
      aria-label={t`Close ${base}`}
      onClick={onClick}
    >
      <Trans>Close…</Trans>
    </Button>
  );
}
