import { useLingui } from "@lingui/react/macro";
import type { SignalEntry } from "../../feed/rows";
import { usePriceDecimals } from "../../feed/usePriceDecimals";
import { baseOf } from "../../format/names";
import { useFormatter } from "../../format/useFormatter";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { Facts } from "../../parts/Facts";
import { LAYER_NUMBERS } from "../../parts/layers";
import { PointsBar } from "../../parts/PointsBar";
import { Side } from "../../parts/Side";

interface Properties {
  signal: SignalEntry;
  largest: number;
}

export function SignalRow({ signal, largest }: Properties) {
  return (
    <li className="signal">
      <Head signal={signal} />
      <Prices signal={signal} />
      <details className="signal-layers">
        <Summary signal={signal} />
        <ol>
          {signal.points.map((points, place) => (
            <Layer
              key={LAYER_NUMBERS[place]}
              number={LAYER_NUMBERS[place] ?? 0}
              points={points}
              largest={largest}
            />
          ))}
        </ol>
      </details>
    </li>
  );
}

function Head({ signal }: { signal: SignalEntry }) {
  const format = useFormatter();
  const base = baseOf(signal.pair);
  return (
    <div>
      <Link className="position-name" href={addressOf("coin", base)}>
        {base}
      </Link>{" "}
      <Side side={signal.side} />
      <p className="muted small">{format.clock(signal.time)}</p>
      <p className={signal.accepted ? "small" : "small muted"}>
        {signal.accepted ? "✓" : "✕"} {signal.gate}
      </p>
    </div>
  );
}

function Prices({ signal }: { signal: SignalEntry }) {
  const { t } = useLingui();
  const format = useFormatter();
  const decimals = usePriceDecimals(signal.symbol);
  const leverage = signal.leverage === null ? format.notAvailable : `${format.number(signal.leverage, 0)}×`;
  const facts: [string, string][] = [
    [t`Leverage`, leverage],
    [t`Entry`, format.number(signal.entry_price, decimals)],
    [t`Stop`, format.number(signal.stop_price, decimals)],
    [t`Target`, format.number(signal.target_price, decimals)],
  ];
  return <Facts facts={facts} className="signal-facts" />;
}

function Summary({ signal }: { signal: SignalEntry }) {
  const { t } = useLingui();
  const format = useFormatter();
  const score = format.number(signal.score, 0);
  const minimum = format.number(signal.minimum, 0);
  return <summary>{t`Score ${score}, needs ${minimum}`}</summary>;
}

function Layer({ number, points, largest }: { number: number; points: number | null; largest: number }) {
  const format = useFormatter();
  return (
    <li>
      <span className="muted number">{number}</span>
      <PointsBar points={points} largest={largest} />
      <span className="number">{format.signed(points, 0)}</span>
    </li>
  );
}
