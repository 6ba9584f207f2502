/**
 * Numbers of the layers whose points come with a signal, in their order: 18 belongs to the account and 23 to the model,
 * and neither is part of the market's decision. tests/page compares it with the core's own order.
 */
export const LAYER_NUMBERS: readonly number[] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22,
];
