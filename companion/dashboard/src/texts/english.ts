import type { Messages } from "@lingui/core";

const found = import.meta.glob<{ messages: Messages }>("../**/texts/en.po", { eager: true });

export const messages: Messages = Object.assign({}, ...Object.values(found).map((one) => one.messages));
