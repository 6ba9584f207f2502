import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";
import { Panel } from "../../parts/Panel";
import { useNames } from "./names";

/** From the wish to the result: the factors, then the caps, then what is left. */
export function Leverage({ lines }: { lines: Schemas["LeverageLines"] }) {
  const { t } = useLingui();
  const format = useFormatter();
  const named = useNames();
  const cap = lines.bound_by === null ? null : named("cap", lines.bound_by);
  const times = (value: number | null, decimals = 0) =>
    value === null ? format.notAvailable : `${format.number(value, decimals)}×`;
  return (
    <Panel title={t`Leverage`} beside={<strong>{times(lines.leverage)}</strong>}>
      <dl className="leverage-lines">
        <Line name={t`by the spread`} value={times(lines.base_spread, 1)} />
        <Line name={t`by the price`} value={`× ${format.number(lines.price_factor)}`} />
        <Line name={t`by the volatility`} value={`× ${format.number(lines.volatility_factor)}`} />
        <Line name={t`by the higher timeframes`} value={`× ${format.number(lines.mtf_mult)}`} />
        <Line name={t`wish, rounded`} value={times(lines.rounded)} />
        {lines.caps.map((each) => (
          <Line
            key={each.cap}
            name={named("cap", each.cap)}
            value={`≤ ${times(each.allowed)}`}
            isBinding={each.cap === lines.bound_by}
          />
        ))}
      </dl>
      <p className="why-sentence muted">
        {lines.remark || (cap ? <Trans>{cap} decides.</Trans> : <Trans>No cap binds.</Trans>)}
      </p>
    </Panel>
  );
}

function Line({ name, value, isBinding = false }: { name: string; value: string; isBinding?: boolean }) {
  return (
    <div className={isBinding ? "is-binding" : ""}>
      <dt>{name}</dt>
      <dd className="number">{value}</dd>
    </div>
  );
}
