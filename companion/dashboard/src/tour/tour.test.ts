import { describe, expect, it } from "vitest";
import { placed } from "./placement";
import { pageOf, STEPS, selectorOf, stepsFor } from "./steps";

const screen = { width: 1000, height: 800 };
const card = { width: 300, height: 200 };

describe("the card of the tour", () => {
  it("stands below what it points at, or above where there is no room", () => {
    expect(placed({ top: 0, left: 50, width: 900, height: 60 }, card, screen)).toEqual({ top: 72, left: 50 });
    expect(placed({ top: 700, left: 50, width: 900, height: 60 }, card, screen)).toEqual({
      top: 488,
      left: 50,
    });
  });

  it("stands beside a high part, and over the lower corner of one that fills the screen", () => {
    expect(placed({ top: 60, left: 0, width: 400, height: 700 }, card, screen)).toEqual({
      top: 60,
      left: 412,
    });
    expect(placed({ top: 60, left: 0, width: 1000, height: 2000 }, card, screen)).toEqual({
      top: 588,
      left: 688,
    });
  });

  it("never leaves the screen, and stands in the middle where there is nothing to point at", () => {
    expect(placed({ top: 0, left: 950, width: 40, height: 40 }, card, screen).left).toBe(688);
    expect(placed(undefined, card, screen)).toEqual({ top: 300, left: 350 });
    expect(placed(undefined, card, { width: 200, height: 100 })).toEqual({ top: 12, left: 12 });
  });
});

describe("the steps of the tour", () => {
  it("leave out the closing for who may not trade", () => {
    expect(stepsFor(true)).toEqual(STEPS);
    expect(stepsFor(false)).not.toContain("close-all");
    expect(stepsFor(false)).toHaveLength(STEPS.length - 1);
  });

  it("each point at a part of the page, or at the whole of it", () => {
    expect(selectorOf("bar")).toBe('[data-tour="bar"]');
    expect(pageOf("bar")).toBeUndefined();
    expect(selectorOf("funnel")).toBe("#content");
    expect(pageOf("why-not")).toBe("/page/coin/BTC");
  });
});
