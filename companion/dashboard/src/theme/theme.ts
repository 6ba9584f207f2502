import type { Preferences } from "../preferences/preferences";

/** Says on the root element which colours are wanted; without a word the browser's own wish counts. */
export function applyTheme(wanted: Preferences): void {
  const root = document.documentElement;
  if (wanted.theme === "system") delete root.dataset.theme;
  else root.dataset.theme = wanted.theme;
  root.dataset.colours = wanted.colours;
  root.lang = wanted.language;
}
