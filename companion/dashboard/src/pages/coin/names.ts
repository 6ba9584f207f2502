import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** What a person calls a layer; the log and the settings have the code. */
const LAYERS = {
  base_and_strength: msg`base and strength`,
  order_book_imbalance: msg`order-book imbalance`,
  vwap_distance: msg`distance to VWAP`,
  daily_trend: msg`daily trend`,
  liquidations: msg`liquidations`,
  basis: msg`basis`,
  whale: msg`whale trades`,
  fair_value_gap: msg`fair value gap`,
  breakout: msg`breakout`,
  rsi: msg`RSI`,
  volume: msg`volume`,
  smt: msg`SMT divergence`,
  vwap_zone: msg`VWAP zone`,
  point_of_control: msg`point of control`,
  range_regime: msg`range regime`,
  imbalance_trend: msg`trend of the imbalance`,
  funding: msg`funding`,
  trade_pattern: msg`pattern of own trades`,
  macd: msg`MACD`,
  bollinger: msg`Bollinger bands`,
  stochastic_rsi: msg`stochastic RSI`,
  ema: msg`EMA`,
  model_confidence: msg`confidence of the model`,
};

/** What a person calls a feature. */
const FEATURES = {
  CLOSE: msg`close`,
  ZSCORE: msg`z score`,
  HURST: msg`Hurst exponent`,
  ATR: msg`ATR 5m`,
  ATR_PCT: msg`ATR 5m, of the price`,
  ATR_1H: msg`ATR 1h`,
  ATR_1H_PCT: msg`ATR 1h, of the price`,
  BB_POSITION: msg`position in the Bollinger bands`,
  BB_WIDTH: msg`width of the Bollinger bands`,
  ADX: msg`ADX`,
  PLUS_DI: msg`+DI`,
  MINUS_DI: msg`−DI`,
  ADX_TREND: msg`direction by ADX`,
  EMA8: msg`EMA 8`,
  EMA21: msg`EMA 21`,
  EMA_CROSS: msg`cross of EMA 8 and 21`,
  EMA_STATE: msg`EMA 8 against 21`,
  DAILY_CHANGE: msg`change in a day`,
  DAILY_TREND: msg`daily trend`,
  RSI: msg`RSI`,
  MACD_HISTOGRAM: msg`MACD histogram`,
  MACD_CROSS: msg`MACD cross`,
  STOCH_RSI_K: msg`stochastic RSI, K`,
  STOCH_RSI_D: msg`stochastic RSI, D`,
  STOCH_RSI_CROSS: msg`cross of the stochastic RSI`,
  VWAP: msg`VWAP`,
  VWAP_ZSCORE: msg`z score to VWAP`,
  VOLUME_RATIO: msg`volume against its average`,
  VOLUME_SPIKE: msg`volume spike`,
  POC: msg`point of control`,
  VAH: msg`value area, high`,
  VAL: msg`value area, low`,
  QUOTE_VOLUME_24H: msg`volume of 24 h`,
  SWEEP: msg`liquidity sweep`,
  FVG: msg`fair value gap`,
  FVG_DISTANCE: msg`distance to the gap`,
  BREAKOUT: msg`breakout`,
  SMT: msg`SMT divergence`,
  SPREAD_PCT: msg`spread`,
  IMBALANCE: msg`order-book imbalance`,
  IMBALANCE_TREND: msg`trend of the imbalance`,
  BASIS_PCT: msg`basis`,
  FUNDING_RATE: msg`funding`,
  WHALE_Z: msg`z score of whale trades`,
  LIQUIDATED_SHORTS: msg`liquidated shorts`,
  LIQUIDATED_LONGS: msg`liquidated longs`,
  EMA_GAP_15M: msg`distance to EMA 10, 15m`,
  CHANGE_15M: msg`change, 15m`,
  EMA_GAP_1H: msg`distance to EMA 10, 1h`,
  CHANGE_1H: msg`change, 1h`,
  EMA_GAP_4H: msg`distance to EMA 10, 4h`,
  CHANGE_4H: msg`change, 4h`,
  STRONG_TREND_CHANGE: msg`change over 20 candles of 4h`,
};

/** What bounds the leverage. */
const CAPS = {
  "exchange bracket": msg`exchange bracket`,
  "Freqtrade's maximum": msg`Freqtrade's maximum`,
  max_leverage: msg`maximum of the settings`,
  "volatility level": msg`volatility level`,
  "liquidation safety": msg`liquidation safety`,
  "kill-switch sanity": msg`distance of the kill switch`,
};

const NAMES = { layer: LAYERS, feature: FEATURES, cap: CAPS };

/** The name of a layer, a feature or a cap in the page's language; a code that has none stands as it is. */
export function useNames() {
  const { i18n } = useLingui();
  return useCallback(
    (kind: keyof typeof NAMES, code: string): string => {
      const names: Record<string, (typeof LAYERS)["rsi"]> = NAMES[kind];
      const name = names[code];
      return name ? i18n._(name) : code.replaceAll("_", " ");
    },
    [i18n],
  );
}
