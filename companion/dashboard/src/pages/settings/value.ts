import type { Schemas } from "../../api/client";

export type Entry = Schemas["SettingEntry"];
export type Kind = "switch" | "choice" | "number" | "structure";
type Simple = number | string | boolean;

/** What is wrong with a text: no number, or beyond a bound. */
export type Wrong = "no number" | "no whole number" | "too low" | "too high";

/** How a setting is edited; lists, tables and the profile (the one without a section) are shown, and edited in the file. */
export function kindOf({ section, value, json_schema: schema }: Entry): Kind {
  if (section === "") return "structure";
  if (Array.isArray(schema.enum)) return "choice";
  if (typeof value === "boolean") return "switch";
  return typeof value === "number" ? "number" : "structure";
}

export function choicesOf({ json_schema: schema }: Entry): string[] {
  return Array.isArray(schema.enum) ? schema.enum.map(String) : [];
}

/** The value as it is typed, with a point: what is edited is no text in a language. */
export function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value that a text stands for, or what is wrong with it. */
export function parsed(entry: Entry, text: string): { value: Simple } | { wrong: Wrong } {
  const kind = kindOf(entry);
  if (kind === "switch") return { value: text === "true" };
  if (kind === "choice") return { value: text };
  // A comma is refused: 1,000 is one to some and a thousand to others.
  const number = Number(text.trim());
  if (text.trim() === "" || !Number.isFinite(number)) return { wrong: "no number" };
  if (entry.json_schema.type === "integer" && !Number.isInteger(number)) return { wrong: "no whole number" };
  if (entry.low !== null && number < entry.low) return { wrong: "too low" };
  if (entry.high !== null && number > entry.high) return { wrong: "too high" };
  return { value: number };
}

/** The entries that hold every word of the search, by section, sections in their order. */
export function sectionsOf(
  entries: readonly Entry[],
  search: string,
  onlyChanged: boolean,
): [string, Entry[]][] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const sections = new Map<string, Entry[]>();
  for (const entry of entries) {
    const text = `${entry.key} ${entry.text}`.toLowerCase();
    if (onlyChanged && !entry.changed) continue;
    if (!words.every((word) => text.includes(word))) continue;
    sections.set(entry.section, [...(sections.get(entry.section) ?? []), entry]);
  }
  return [...sections];
}
