import { baseOf } from "../format/names";
import { Change } from "../parts/Change";
import { Side } from "../parts/Side";

interface Listed {
  key: string | number;
  pair: string;
  side: string;
  unrealised_pnl: number | null;
}

/** The positions that a question is about, with their results now. */
export function PositionList({ positions }: { positions: readonly Listed[] }) {
  return (
    <ul className="close-list">
      {positions.map(({ key, pair, side, unrealised_pnl }) => (
        <li key={key}>
          <span>
            {baseOf(pair)} <Side side={side} />
          </span>
          <Change value={unrealised_pnl} />
        </li>
      ))}
    </ul>
  );
}
