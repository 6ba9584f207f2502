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
