import * as v from "valibot";
import { remembered } from "../../preferences/remembered";
import { Store } from "../../store/store";
import { COLUMNS } from "./columns";

export const PRESETS = ["all", "favourites", "candidates", "accepted", "long", "short", "stale"] as const;
export type Preset = (typeof PRESETS)[number];

const ViewSchema = v.object({
  search: v.string(),
  preset: v.picklist(PRESETS),
  columns: v.array(v.string()),
  favourites: v.array(v.string()),
  sorting: v.object({ id: v.string(), desc: v.boolean() }),
});

/** How a person looks at the table; it stays when the page is left. */
export type View = v.InferOutput<typeof ViewSchema>;

const FIRST: View = {
  search: "",
  preset: "all",
  columns: COLUMNS.filter((column) => column.isShownAtFirst).map((column) => column.id),
  favourites: [],
  sorting: { id: "rank", desc: false },
};

const kept = remembered("opportunities", ViewSchema, FIRST);
export const view = new Store<View>(kept.read());
view.subscribe(() => kept.write(view.get()));

export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : [...names, name];
}
