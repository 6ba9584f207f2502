import type { ReactNode } from "react";
import { useFeedState } from "../../feed/useFeed";
import { Button } from "../../parts/Button";
import { useMayTrade } from "../../session/useRole";

interface Entry {
  key: string;
  content: ReactNode;
  /** What the button does, with what it does it to. */
  label: string;
  /** Left out: nothing can be done about this one. */
  onAsk?: () => void;
}

/** Entries, each with the button that takes it out; a reader sees none. */
export function EntryList({ entries, verb }: { entries: readonly Entry[]; verb: string }) {
  const mayTrade = useMayTrade();
  const isLive = useFeedState().phase === "live";
  return (
    <ul className="entry-list">
      {entries.map(({ key, content, label, onAsk }) => (
        <li key={key}>
          <div className="entry-content">{content}</div>
          {mayTrade && onAsk ? (
            <Button disabled={!isLive} aria-label={label} onClick={onAsk}>
              {verb}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
