import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { useNames } from "../names";
import { SCORE } from "./panes";

/** What panes can show, by number: the score, and every layer. */
export function useLayerNames(layers: Schemas["CoinCandles"]["layers"]): ReadonlyMap<number, string> {
  const { t } = useLingui();
  const named = useNames();
  const score = t`Score`;
  return useMemo(
    () =>
      new Map([
        [SCORE, score],
        ...layers.map(({ number, name }): [number, string] => [number, `${number} ${named("layer", name)}`]),
      ]),
    [layers, score, named],
  );
}
