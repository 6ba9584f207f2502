import { useLingui } from "@lingui/react/macro";
import type { Wrong } from "./draft";

/** What is wrong with a cell, in words. */
export function useWrongWords(): Record<Wrong, string> {
  const { t } = useLingui();
  return {
    "no number": t`A number with a point is wanted: 9.5.`,
    "no whole number": t`A whole number is wanted.`,
    "too low": t`This is below the range.`,
    "too high": t`This is above the range.`,
    empty: t`This is empty.`,
    "no JSON": t`This is no JSON.`,
  };
}
