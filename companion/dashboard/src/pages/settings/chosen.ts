import type { Entry } from "../../definitions/shape";

/** What of all settings is looked at. `part` is the first word of their section; empty: every one. */
export interface Wanted {
  search: string;
  onlyChanged: boolean;
  part: string;
}

export const EVERYTHING: Wanted = { search: "", onlyChanged: false, part: "" };

/** The entries that hold every word of the search in name or help, by section, sections in their order. */
export function sectionsOf(entries: readonly Entry[], wanted: Wanted): [string, Entry[]][] {
  const words = wanted.search.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = new Map<string, Entry[]>();
  for (const entry of entries) {
    const text = `${entry.key} ${entry.text}`.toLowerCase();
    if (wanted.onlyChanged && !entry.changed) continue;
    if (wanted.part && partOf(entry) !== wanted.part) continue;
    if (!words.every((word) => text.includes(word))) continue;
    sections.set(entry.section, [...(sections.get(entry.section) ?? []), entry]);
  }
  return [...sections];
}

export function partsOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map(partOf))].filter(Boolean);
}

function partOf({ section }: Entry): string {
  return section.split(".")[0] ?? "";
}
