import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const EDGE_SHOWN = "edge shown";
export const OTHER_SETTINGS = "of other settings";

/** What a verdict of the evidence means for somebody who has never heard of one. */
const VERDICTS: Record<string, MessageDescriptor> = {
  [EDGE_SHOWN]: msg`An edge is shown: on recorded markets these decisions earned more than they cost, by more than chance explains.`,
  "no edge shown": msg`No edge is shown: what these decisions earned on recorded markets cannot be told from chance once costs are paid.`,
  "loses its costs": msg`No edge is shown: it loses its fees. On recorded markets these decisions lost money, because they earn less than fees and spread cost.`,
  "loses before costs": msg`No edge is shown: on recorded markets these decisions lost money even before any fee was paid.`,
  "too little data": msg`Nothing is shown: there are too few trades or days to say anything.`,
  "not measured": msg`Nothing is shown: these decisions were not measured, so nobody knows whether they earn money.`,
  [OTHER_SETTINGS]: msg`Nothing is shown for this bot: other settings than its own were measured.`,
  "of a generated market": msg`Nothing is shown: the measurement was made on a generated market, which says nothing about a real one.`,
  "too old": msg`Nothing is shown any more: the measurement is too old.`,
};

export function verdictSentence(verdict: string): MessageDescriptor | undefined {
  return VERDICTS[verdict];
}

/** Whether the bot's own trades agree with the evidence. */
const DRIFTS: Record<string, MessageDescriptor> = {
  "in line": msg`Its own closed trades earn what the measurement said.`,
  drifts: msg`Its own closed trades earn something else than the measurement said.`,
  "too little": msg`It has closed too few trades, or over too few days, to be held against the measurement.`,
  "not measured": msg`There is no measurement that its own closed trades could be held against.`,
};

export function driftSentence(drift: string): MessageDescriptor | undefined {
  return DRIFTS[drift];
}
