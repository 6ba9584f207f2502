import { expect, test } from "vitest";
import { axisOf, isKnown } from "./interval";
import { driftSentence, verdictSentence } from "./words";

test("all intervals share an axis with 0 on it", () => {
  const at = axisOf([
    { mean: 1, low: -1, high: 3 },
    { mean: null, low: null, high: null },
  ]);
  expect([at(-1), at(0), at(3)]).toEqual([0, 0.25, 1]);
  expect(axisOf([])(0)).toBe(0.5);
});

test("without an interval there is no mean to be shown", () => {
  expect(isKnown({ mean: 1, low: null, high: null })).toBe(false);
});

test("every verdict and every drift of the API has a sentence", () => {
  for (const verdict of [
    "edge shown",
    "no edge shown",
    "loses its costs",
    "loses before costs",
    "too little data",
    "not measured",
    "of other settings",
    "of a generated market",
    "too old",
  ]) {
    expect(verdictSentence(verdict)).toBeDefined();
  }
  for (const drift of ["in line", "drifts", "too little", "not measured"]) {
    expect(driftSentence(drift)).toBeDefined();
  }
  expect(verdictSentence("something of tomorrow")).toBeUndefined();
});
