import { expect, test } from "vitest";
import type { LogEntry } from "../../feed/rows";
import { chosenLines } from "./chosen";

const line = (level: string, message: string): LogEntry => ({ time: 0, level, logger: "hhq.trace", message });
const LINES = [
  line("DEBUG", "a candle"),
  line("INFO", "🟢 SIGNAL: BTC/USDT:USDT LONG"),
  line("WARNING", "the exchange refused a request"),
  line("CRITICAL", "no disk"),
];

test("lines below the level are hidden, and a level that is not known never is", () => {
  expect(chosenLines(LINES, "WARNING", "").map((each) => each.level)).toEqual(["WARNING", "CRITICAL"]);
});

test("Turkish letters are found in either case", () => {
  const lines = [line("INFO", "GİRİŞ emri ALINDI")];
  expect(chosenLines(lines, "INFO", "giriş")).toEqual(lines);
  expect(chosenLines(lines, "INFO", "alındı")).toEqual(lines);
});

test("every word of the search has to be there, signs of the log's language too", () => {
  expect(chosenLines(LINES, "DEBUG", "btc signal")).toEqual([LINES[1]]);
  expect(chosenLines(LINES, "DEBUG", "🟢")).toEqual([LINES[1]]);
  expect(chosenLines(LINES, "DEBUG", "btc refused")).toEqual([]);
});

test("a sign is found with and without its variation selector", () => {
  const lines = [line("WARNING", "⚠\uFE0F BLOCKED: ETH SLOTS"), line("INFO", "⚠ MODULE")];
  expect(chosenLines(lines, "DEBUG", "⚠")).toEqual(lines);
  expect(chosenLines(lines, "DEBUG", "⚠\uFE0F")).toEqual(lines);
});

test("the guide's lines are found by their words", () => {
  const said = ["SIGNAL: BTC LONG score=82", "ENTRY: BTC", "BLOCKED: ETH SL_GUARD", "Z_PASS 3, SCORE_LOW 2"];
  const lines = said.map((each) => line("INFO", each));
  expect(chosenLines(lines, "INFO", "blocked sl_guard")).toEqual([lines[2]]);
  expect(chosenLines(lines, "INFO", "z_pass")).toEqual([lines[3]]);
});
