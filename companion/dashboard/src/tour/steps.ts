import { addressOf } from "../navigation/route";

/** What the tour points at, in its order. */
export const STEPS = [
  "bar",
  "positions",
  "opportunities",
  "why-not",
  "funnel",
  "close-all",
  "evidence",
] as const;

export type Step = (typeof STEPS)[number];

/** The page on which a step's part is; the others are on every page. Every market has BTC. */
const PAGE_OF: Partial<Record<Step, string>> = {
  positions: addressOf("portfolio"),
  opportunities: addressOf("opportunities"),
  "why-not": addressOf("coin", "BTC"),
  funnel: addressOf("funnel"),
  evidence: addressOf("evidence"),
};

/** A part of the page has the step's name; where the whole page is meant, it is its content. */
const CONTENT: ReadonlySet<Step> = new Set<Step>(["opportunities", "funnel", "evidence"]);

/** Who may not trade has no button that closes, and no step about it. */
export function stepsFor(mayTrade: boolean): readonly Step[] {
  return mayTrade ? STEPS : STEPS.filter((step) => step !== "close-all");
}

/** The address of the page that a step is about. */
export function pageOf(step: Step): string | undefined {
  return PAGE_OF[step];
}

export function selectorOf(step: Step): string {
  return CONTENT.has(step) ? "#content" : `[data-tour="${step}"]`;
}
