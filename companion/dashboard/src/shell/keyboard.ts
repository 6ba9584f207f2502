import { useEffect } from "react";
import { addressOf, goTo } from "../navigation/route";
import { PAGES } from "../pages/list";

/** How long after `g` the letter of a page counts. */
const TOGETHER_MS = 1_200;
/** What `/` goes to: the search of the page that is shown. */
const SEARCH = "input[type=search]";

/** `/` search, `g` and a letter for a page, and what else has a key of its own. Esc is the dialogs' own. */
export function useKeyboard(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    let goMs = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if (!isForThePage(event)) return;
      const isSecond = event.timeStamp - goMs < TOGETHER_MS;
      goMs = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const act = meaningOf(event.key, isSecond) ?? keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [keys]);
}

function meaningOf(key: string, isSecond: boolean): (() => void) | undefined {
  return (isSecond ? lettersAfterG.get(key) : undefined) ?? plainKeys.get(key);
}

const lettersAfterG = new Map(PAGES.map((page) => [page.letter, () => goTo(addressOf(page.name))]));
const plainKeys = new Map([["/", () => document.querySelector<HTMLInputElement>(SEARCH)?.focus()]]);

/** Not while somebody types, nor behind a dialog; keys with Ctrl are the browser's. */
function isForThePage(event: KeyboardEvent): boolean {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey);
  return isPlain && !isTyping(event.target) && document.querySelector("dialog[open]") === null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}
