import * as v from "valibot";

/** The channels of the feed (docs/feed.md). */
export const CHANNELS = [
  "opportunities",
  "positions",
  "signals",
  "trades",
  "accounts",
  "funnel",
  "recovery",
  "logs",
  "jobs",
] as const;
export type Channel = (typeof CHANNELS)[number];

const Numbered = { channel: v.picklist(CHANNELS), seq: v.number() };
const Row = v.array(v.unknown());
const Fields = v.record(v.string(), v.unknown());

const SnapshotSchema = v.object({
  type: v.literal("snapshot"),
  ...Numbered,
  columns: v.optional(v.array(v.string())),
  rows: v.optional(v.array(Row)),
  entries: v.optional(v.array(v.unknown())),
  fields: v.optional(Fields),
  enabled: v.optional(v.boolean()),
  detail: v.optional(v.string()),
});
const DeltaSchema = v.object({
  type: v.literal("delta"),
  ...Numbered,
  set: v.optional(v.array(Row)),
  add: v.optional(v.array(Row)),
  gone: v.optional(v.array(v.union([v.number(), v.string()]))),
  entries: v.optional(v.array(v.unknown())),
  fields: v.optional(Fields),
});
const MessageSchema = v.variant("type", [
  v.object({ type: v.literal("welcome"), protocol: v.number() }),
  v.object({ type: v.literal("pong") }),
  v.object({ type: v.literal("error"), detail: v.string() }),
  SnapshotSchema,
  DeltaSchema,
]);

export type Snapshot = v.InferOutput<typeof SnapshotSchema>;
export type Delta = v.InferOutput<typeof DeltaSchema>;
export type Message = v.InferOutput<typeof MessageSchema>;

/** A message of the feed; undefined for what is none. */
export function parseMessage(text: string): Message | undefined {
  try {
    const found = v.safeParse(MessageSchema, JSON.parse(text));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}
