import { expect, test } from "vitest";
import { heights } from "./bars";

test("gains stand on the zero line, losses hang from it, on one scale", () => {
  const { zero, bars } = heights([3, -1, null]);
  expect(zero).toBeCloseTo(0.75);
  expect(bars[0]).toEqual({ top: 0, height: 0.75, isLoss: false });
  expect(bars[1]).toEqual({ top: 0.75, height: 0.25, isLoss: true });
  expect(bars[2]?.height).toBe(0);
});

test("days without any result have a line and no bars", () => {
  expect(heights([0, null])).toEqual({
    zero: 0.5,
    bars: [
      { top: 0.5, height: 0, isLoss: false },
      { top: 0.5, height: 0, isLoss: false },
    ],
  });
});
