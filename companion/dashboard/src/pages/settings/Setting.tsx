import { Trans } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { shown } from "../../definitions/draft";
import { type Entry, shapeOf, sharedRange } from "../../definitions/shape";
import { Link } from "../../navigation/Link";
import { addressOf } from "../../navigation/route";
import { useMayTrade } from "../../session/useRole";
import { Controls } from "./Controls";

interface Properties {
  entry: Entry;
  /** Of all settings as they are seen. */
  version: number;
  /** The address of the page is that of this setting. */
  isAddressed: boolean;
}

/** One setting; its name is a link that leads to it. */
export function Setting({ entry, version, isAddressed }: Properties) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isAddressed) element.current?.scrollIntoView({ block: "center" });
  }, [isAddressed]);
  return (
    <li ref={element} className={isAddressed ? "setting setting-addressed" : "setting"}>
      <div>
        <Link className="setting-name" href={addressOf("settings", entry.key)}>
          {entry.key}
        </Link>
        <p className="muted">{entry.text}</p>
      </div>
      <Value entry={entry} />
      {useMayTrade() ? <Controls entry={entry} version={version} /> : null}
    </li>
  );
}

function Value({ entry }: { entry: Entry }) {
  const range = sharedRange(shapeOf(entry));
  const byDefault = shown(entry.default);
  return (
    <div>
      <span className={entry.changed ? "setting-value setting-changed" : "setting-value"}>
        {shown(entry.value)} {entry.unit}
      </span>
      {entry.changed ? (
        <p className="muted small setting-value">
          <Trans>default {byDefault}</Trans>
        </p>
      ) : null}
      {range ? <p className="muted small">{range}</p> : null}
    </div>
  );
}
