import { describe, expect, it } from "vitest";
import { priceDecimals } from "./decimals";
import { Formatter } from "./formatter";

const english = new Formatter({ language: "en", zone: "utc" });
const turkish = new Formatter({ language: "tr", zone: "utc" });

describe("numbers", () => {
  it("never shows a zero with a sign", () => {
    for (const value of [-0, -0.001, 0.001, 0]) {
      expect(english.number(value)).toBe("0.00");
      expect(english.signed(value)).toBe("0.00");
      expect(turkish.signedPercent(value)).toBe("%0,00");
    }
  });

  it("shows what is not available in words", () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(english.number(value)).toBe("n/a");
      expect(turkish.percent(value)).toBe("yok");
      expect(turkish.compact(value)).toBe("yok");
      expect(english.dateTime(value)).toBe("n/a");
      expect(english.duration(value)).toBe("n/a");
    }
  });

  it("follows the language", () => {
    expect(english.number(1234567.891)).toBe("1,234,567.89");
    expect(turkish.number(1234567.891)).toBe("1.234.567,89");
    expect(english.signed(3.5)).toBe("+3.50");
    expect(english.signedPercent(-1.5)).toBe("-1.50%");
    expect(turkish.signedPercent(-1.5)).toBe("-%1,50");
    expect(turkish.percent(12, 0)).toBe("%12");
    expect(english.compact(923_051_657)).toBe("923.1m");
  });
});

describe("times", () => {
  const moment = Date.UTC(2026, 10, 30, 21, 5, 9);

  it("are of the zone that is shown", () => {
    expect(english.zone).toBe("UTC");
    expect(english.clock(moment)).toBe("21:05:09");
    expect(turkish.date(moment)).toBe("30 Kas 2026");
  });

  it("name the days of the week from Monday on", () => {
    expect(english.weekday(0)).toBe("Monday");
    expect(turkish.weekday(6)).toBe("Pazar");
    expect(english.weekday(1, "short")).toBe("Tue");
  });

  it("are ages in their two largest units", () => {
    expect(english.duration(7.9)).toBe("7 s");
    expect(english.duration(-3)).toBe("0 s");
    expect(turkish.duration(125)).toBe("2 dk 5 sn");
    expect(english.duration(3_700)).toBe("1 h 1 min");
    expect(english.duration(200_000)).toBe("2 d 7 h");
  });
});

describe("decimals of a price", () => {
  it("are the most that the exchange has shown of the coin", () => {
    expect(priceDecimals("BTCUSDT", 100_437)).toBe(0);
    expect(priceDecimals("BTCUSDT", 100_435.4)).toBe(1);
    expect(priceDecimals("BTCUSDT", 100_437, null)).toBe(1);
    expect(priceDecimals("BONKUSDT", 1.5e-7)).toBe(8);
  });
});
