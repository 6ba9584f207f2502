import { describe, expect, it } from "vitest";
import type { PositionRow } from "../../feed/rows";
import { axisOf } from "./levelMarks";

const level = (price: number) => ({ price, distance_pct: 1, code: "SL_HIT" });
const position = (change: Partial<PositionRow>) =>
  ({
    side: "LONG",
    entry_price: 100,
    mark_price: 101,
    stop: level(98),
    target: level(104),
    liquidation: level(96),
    ...change,
  }) as PositionRow;
const names = (found: ReturnType<typeof axisOf>) =>
  [...found].sort((a, b) => a.place - b.place).map((one) => one.name);

describe("the axis of a position", () => {
  it("has loss at the left and gain at the right, for both sides", () => {
    expect(names(axisOf(position({})))).toEqual(["liquidation", "stop", "entry", "mark", "target"]);
    const short = {
      side: "SHORT",
      mark_price: 99,
      stop: level(102),
      target: level(96),
      liquidation: level(104),
    };
    expect(names(axisOf(position(short)))).toEqual(["liquidation", "stop", "entry", "mark", "target"]);
  });

  it("draws a liquidation that is far away at its end, so that the rest can be read", () => {
    const far = axisOf(position({ liquidation: level(50) })).find((mark) => mark.name === "liquidation");
    expect(far).toMatchObject({ place: 0, isBeyond: true });
  });

  it("leaves out what is not known", () => {
    expect(names(axisOf(position({ stop: null, target: null, liquidation: null })))).toEqual([
      "entry",
      "mark",
    ]);
    expect(axisOf(position({ entry_price: null }))).toEqual([]);
  });
});
