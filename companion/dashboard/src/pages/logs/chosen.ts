import type { LogEntry } from "../../feed/rows";

export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type Level = (typeof LEVELS)[number];

/** Lines from a level on that hold every word of the search, whatever their case. */
export function chosenLines(lines: readonly LogEntry[], from: Level, search: string): LogEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const least = LEVELS.indexOf(from);
  return lines.filter((line) => {
    const text = `${line.level} ${line.logger} ${line.message}`.toLowerCase();
    return rank(line.level) >= least && words.every((word) => text.includes(word));
  });
}

/** CRITICAL and whatever else is unknown is never hidden. */
function rank(level: string): number {
  const found = LEVELS.indexOf(level as Level);
  return found < 0 ? LEVELS.length : found;
}
