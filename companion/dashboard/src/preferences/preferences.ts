/** What a person has chosen. It stays in the browser; nothing secret is ever put here. */
import * as v from "valibot";
import { Store } from "../store/store";
import { remembered } from "./remembered";

const PreferencesSchema = v.object({
  language: v.picklist(["en", "tr"]),
  theme: v.picklist(["system", "dark", "light"]),
  zone: v.picklist(["local", "utc"]),
  colours: v.picklist(["blue-orange", "green-red"]),
  // What came later has a default: an older choice without it still counts.
  notifies: v.optional(v.boolean(), false),
});

export type Preferences = v.InferOutput<typeof PreferencesSchema>;
export type Language = Preferences["language"];

function browsersOwn(): Preferences {
  const language = typeof navigator !== "undefined" && navigator.language.startsWith("tr") ? "tr" : "en";
  return {
    language,
    theme: "system",
    zone: "local",
    colours: "blue-orange",
    notifies: false,
  };
}

const kept = remembered("preferences", PreferencesSchema, browsersOwn());

export const preferences = new Store<Preferences>(kept.read());
preferences.subscribe(() => kept.write(preferences.get()));
