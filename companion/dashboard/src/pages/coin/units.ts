import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useFormatter } from "../../format/useFormatter";

type Unit = Schemas["GateStep"]["unit"];

/** How many decimals a number of this unit is compared with. */
const DECIMALS: Record<Unit, number> = {
  "": 3,
  σ: 3,
  "%": 3,
  "% per 8 h": 4,
  USDT: 0,
  "×": 1,
  points: 1,
  candles: 0,
  s: 0,
};
const WORDS = { points: msg`points`, candles: msg`candles`, s: msg`s` };

/** A number that a gate compares, with its unit in the page's language; n/a without one. */
export function useMeasured() {
  const { i18n, t } = useLingui();
  const format = useFormatter();
  return (value: number | null, unit: Unit): string => {
    if (value === null) return format.notAvailable;
    const decimals = DECIMALS[unit];
    const share = format.percent(value, decimals);
    if (unit === "%") return share;
    if (unit === "% per 8 h") return t`${share} in 8 h`;
    const number = format.number(value, decimals);
    if (unit === "×") return `${number}×`;
    const word = unit === "points" || unit === "candles" || unit === "s" ? i18n._(WORDS[unit]) : unit;
    return word === "" ? number : `${number} ${word}`;
  };
}
