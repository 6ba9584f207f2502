import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { PositionRow } from "../feed/rows";
import { priceDecimals } from "../format/decimals";
import type { Formatter } from "../format/formatter";
import { baseOf } from "../format/names";
import { addressOf } from "../navigation/route";
import type { News } from "./news";

export interface Words {
  title: MessageDescriptor;
  /** What comes of the API or of the log, as it is there, and numbers. */
  detail: string;
  /** Where more of it stands. */
  href: string;
}

type Of<Kind extends News["kind"]> = Extract<News, { kind: Kind }>;
type Writers = { [Kind in News["kind"]]: (news: Of<Kind>, format: Formatter) => Words };

const WRITERS: Writers = {
  filled: ({ position }, format) =>
    ofPosition(position, msg`Opened: ${named(position)}`, entryOf(position, format)),
  reduced: ({ position }, format) => {
    const left = format.percent(position.remaining_pct, 0);
    return ofPosition(position, msg`Reduced: ${named(position)}, ${left} left`, position.bot);
  },
  killed: ({ position }, format) =>
    ofPosition(
      position,
      msg`Kill switch, first stage: ${named(position)}`,
      `${position.bot} · ${format.signed(position.unrealised_pnl)} USDT`,
    ),
  delisting: ({ position }, format) => {
    const time = format.dateTime(position.delisting?.delivery_ms);
    return ofPosition(position, msg`Delisting announced for ${time}: ${named(position)}`, position.bot);
  },
  closed: ({ trade }, format) => ({
    title: msg`Closed: ${named(trade)}`,
    detail: `${format.signed(trade.net_pnl)} USDT · ${trade.icon ?? ""} ${trade.closeReason} · ${trade.bot}`,
    href: addressOf("portfolio"),
  }),
  many: (news) => manyOf(news),
  logged: ({ entry }) => ({
    title: msg`From the log: ${entry.level}`,
    detail: entry.message,
    href: addressOf("logs"),
  }),
  bot: (news) => ({ title: botTitle(news), detail: "", href: addressOf("portfolio") }),
  mismatch: ({ bot }) => ({
    title: msg`Bot ${bot} and the scanner decided differently on the same candle`,
    detail: "DIGEST_MISMATCH",
    href: addressOf("logs"),
  }),
  drift: ({ bot, reason, isOver }) => ({
    title: isOver
      ? msg`The trades of bot ${bot} agree with the evidence again`
      : msg`The trades of bot ${bot} have drifted from the evidence`,
    detail: reason,
    href: addressOf("evidence"),
  }),
  locked: ({ untilMs }, format) => {
    const time = format.dateTime(untilMs);
    return {
      title: msg`All entries are locked until ${time}`,
      detail: "SL_GUARD",
      href: addressOf("modules"),
    };
  },
  unlocked: () => ({
    title: msg`Entries are no longer locked`,
    detail: "SL_GUARD",
    href: addressOf("modules"),
  }),
  scanner: ({ isSilent }) => ({
    title: isSilent
      ? msg`The scanner is silent: no candle has been decided for more than five minutes`
      : msg`The scanner decides again`,
    detail: "",
    href: addressOf("funnel"),
  }),
};

/** What a notice says. */
export function wordsOf(news: News, format: Formatter): Words {
  // Each kind has the writer of its own kind, which the compiler cannot follow through the table.
  const write = WRITERS[news.kind] as (news: News, format: Formatter) => Words;
  return write(news, format);
}

function ofPosition(position: PositionRow, title: MessageDescriptor, detail: string): Words {
  return { title, detail, href: addressOf("coin", baseOf(position.pair)) };
}

function named({ pair, side }: { pair: string; side: string }): string {
  return `${baseOf(pair)} ${side}`;
}

function entryOf(position: PositionRow, format: Formatter): string {
  const price = format.number(position.entry_price, priceDecimals(position.symbol));
  return `${format.number(position.leverage_set, 0)}× @ ${price} · ${position.bot}`;
}

function manyOf({ of, count }: Of<"many">): Words {
  if (of === "filled")
    return { title: msg`${count} positions were opened`, detail: "", href: addressOf("portfolio") };
  if (of === "closed")
    return { title: msg`${count} trades were closed`, detail: "", href: addressOf("portfolio") };
  return { title: msg`The log has ${count} alarms`, detail: "", href: addressOf("logs") };
}

function botTitle({ bot, became }: Of<"bot">): MessageDescriptor {
  switch (became) {
    case "silent":
      return msg`Bot ${bot} does not answer`;
    case "back":
      return msg`Bot ${bot} answers again`;
    case "running":
      return msg`Bot ${bot} is running: entries are allowed`;
    case "paused":
      return msg`Bot ${bot} is paused: nothing is entered`;
    case "stopped":
      return msg`Bot ${bot} is stopped`;
  }
}
