import type { Language, Preferences } from "../preferences/preferences";

/** A number of the API: null is n/a, and never 0. */
export type Value = number | null | undefined;

const LOCALES: Record<Language, string> = { en: "en-GB", tr: "tr-TR" };
const NOT_AVAILABLE: Record<Language, string> = { en: "n/a", tr: "yok" };
const UNITS: Record<Language, { s: string; m: string; h: string; d: string }> = {
  en: { s: "s", m: "min", h: "h", d: "d" },
  tr: { s: "sn", m: "dk", h: "sa", d: "g" },
};
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const A_MONDAY_MS = Date.UTC(2024, 0, 1);

/** Numbers and times as a person reads them: the only place that turns a value into text. */
export class Formatter {
  readonly notAvailable: string;
  readonly zone: string;
  private readonly locale: string;
  private readonly numbers = new Map<string, Intl.NumberFormat>();
  private readonly times = new Map<string, Intl.DateTimeFormat>();

  constructor(private readonly wanted: Pick<Preferences, "language" | "zone">) {
    this.locale = LOCALES[wanted.language];
    this.notAvailable = NOT_AVAILABLE[wanted.language];
    this.zone = wanted.zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  /** A number with a fixed count of decimals. A zero has no sign, whatever was rounded to it. */
  number(value: Value, decimals = 2): string {
    return this.numeric(value, decimals, "negative");
  }

  /** A change: always with its sign. */
  signed(value: Value, decimals = 2): string {
    return this.numeric(value, decimals, "exceptZero");
  }

  /** A share as the API sends it: 1.5 is 1.5 %. */
  percent(value: Value, decimals = 2): string {
    return this.withUnit(this.number(value, decimals), value);
  }

  signedPercent(value: Value, decimals = 2): string {
    return this.withUnit(this.signed(value, decimals), value);
  }

  /** Large sums in few digits: 1.2 M. */
  compact(value: Value): string {
    if (!isNumber(value)) return this.notAvailable;
    const options = { notation: "compact", maximumFractionDigits: 1, signDisplay: "negative" } as const;
    return this.numberFormat("compact", options).format(value);
  }

  clock(ms: Value): string {
    return this.time(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }

  /** Hours and minutes: of a candle, or on the axis of a chart. */
  minute(ms: Value): string {
    return this.time(ms, { hour: "2-digit", minute: "2-digit" });
  }

  day(ms: Value): string {
    return this.time(ms, { day: "2-digit", month: "short" });
  }

  month(ms: Value): string {
    return this.time(ms, { month: "short", year: "numeric" });
  }

  date(ms: Value): string {
    return this.time(ms, { day: "2-digit", month: "short", year: "numeric" });
  }

  dateTime(ms: Value): string {
    return this.time(ms, {
      day: "2-digit",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** A day of the week, 0 is Monday. */
  weekday(day: number, style: "long" | "short" = "long"): string {
    const key = `weekday ${style}`;
    const found =
      this.times.get(key) ?? new Intl.DateTimeFormat(this.locale, { weekday: style, timeZone: "UTC" });
    this.times.set(key, found);
    return found.format(A_MONDAY_MS + day * DAY * 1000);
  }

  /** How long something takes or has taken, in its two largest units. */
  duration(seconds: Value): string {
    if (!isNumber(seconds)) return this.notAvailable;
    const unit = UNITS[this.wanted.language];
    const whole = Math.max(0, Math.floor(seconds));
    const part = (size: number, of: number) => this.number(Math.floor((whole % of) / size), 0);
    if (whole < MINUTE) return `${part(1, MINUTE)} ${unit.s}`;
    if (whole < HOUR) return `${part(MINUTE, HOUR)} ${unit.m} ${part(1, MINUTE)} ${unit.s}`;
    if (whole < DAY) return `${part(HOUR, DAY)} ${unit.h} ${part(MINUTE, HOUR)} ${unit.m}`;
    return `${this.number(Math.floor(whole / DAY), 0)} ${unit.d} ${part(HOUR, DAY)} ${unit.h}`;
  }

  private numeric(value: Value, decimals: number, signDisplay: "negative" | "exceptZero"): string {
    if (!isNumber(value)) return this.notAvailable;
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    return this.numberFormat(`${signDisplay}${decimals}`, { ...digits, signDisplay }).format(value);
  }

  /** Turkish writes the sign before the number: %1,5. */
  private withUnit(text: string, value: Value): string {
    if (!isNumber(value)) return text;
    if (this.wanted.language === "en") return `${text}%`;
    return /^[+-]/.test(text) ? `${text[0]}%${text.slice(1)}` : `%${text}`;
  }

  private numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const found = this.numbers.get(key) ?? new Intl.NumberFormat(this.locale, options);
    this.numbers.set(key, found);
    return found;
  }

  private time(ms: Value, options: Intl.DateTimeFormatOptions): string {
    if (!isNumber(ms)) return this.notAvailable;
    const key = Object.keys(options).join();
    const made = () =>
      new Intl.DateTimeFormat(this.locale, { ...options, timeZone: this.zone, hourCycle: "h23" });
    const found = this.times.get(key) ?? made();
    this.times.set(key, found);
    return found.format(ms);
  }
}

export function isNumber(value: Value): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
