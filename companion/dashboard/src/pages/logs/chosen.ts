import type { LogEntry } from "../../feed/rows";

export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type Level = (typeof LEVELS)[number];

/** Lines from a level on that hold every word of the search, whatever their case. */
export function chosenLines(lines: readonly LogEntry[], from: Level, search: string): LogEntry[] {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const least = LEVELS.indexOf(from);
  return lines.filter((line) => {
    const text = folded(`${line.level} ${line.logger} ${line.message}`);
    return rank(line.level) >= least && words.every((word) => text.includes(word));
  });
}

/** Without case and marks: giriş, GİRİŞ and giris are one word. */
function folded(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ı", "i");
}

/** CRITICAL and whatever else is unknown is never hidden. */
function rank(level: string): number {
  const found = LEVELS.indexOf(level as Level);
  return found < 0 ? LEVELS.length : found;
}
