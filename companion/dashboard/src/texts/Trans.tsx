import { Trans as LinguiTrans, type TransProps } from "@lingui/react";
import type { ReactNode } from "react";

/**
 * What `<Trans>` of the macro becomes (lingui.config.ts). A value stays text: the library would take `<b>` in a name or a
 * reason for one of the message's own elements, and drop it.
 */
export function Trans(properties: TransProps) {
  const { values } = properties;
  return values ? <LinguiTrans {...properties} values={asTexts(values)} /> : <LinguiTrans {...properties} />;
}

function asTexts(values: Record<string, unknown>): Record<string, ReactNode> {
  const entries = Object.entries(values as Record<string, ReactNode>);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      // An element is put in as it is. A key, because several of them make a list.
      typeof value === "string" && value.includes("<") ? <span key={name}>{value}</span> : value,
    ]),
  );
}
