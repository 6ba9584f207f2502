import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import type { LogEntry } from "../../feed/rows";
import { useChannel, useEntries } from "../../feed/useFeed";
import { useFormatter } from "../../format/useFormatter";
import { Button } from "../../parts/Button";
import { Empty, Loading, Panel } from "../../parts/Panel";
import { chosenLines, LEVELS, type Level } from "./chosen";
import "./logs.css";

/** How near to the end, in pixels, counts as the end. */
const AT_END = 24;

/** The companion's log as it is written; the newest line is below, and followed until someone pauses. */
export default function Logs() {
  const { t } = useLingui();
  const isThere = useChannel("logs") !== undefined;
  const [level, setLevel] = useState<Level>("INFO");
  const [search, setSearch] = useState("");
  const now = useEntries("logs");
  const [paused, setPaused] = useState<readonly LogEntry[]>();
  const lines = chosenLines(paused ?? now, level, search);
  return (
    <Panel
      title={t`Log of the companion`}
      beside={
        <div className="logs-tools">
          <input
            type="search"
            className="input"
            aria-label={t`Search the log`}
            placeholder={t`Search ( / )`}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <LevelChoice level={level} onChange={setLevel} />
          <Button aria-pressed={paused !== undefined} onClick={() => setPaused(paused ? undefined : now)}>
            {paused ? <Trans>Follow</Trans> : <Trans>Pause</Trans>}
          </Button>
        </div>
      }
    >
      {isThere ? <Lines lines={lines} isFollowed={paused === undefined} /> : <Loading rows={12} />}
    </Panel>
  );
}

function LevelChoice({ level, onChange }: { level: Level; onChange: (level: Level) => void }) {
  const { t } = useLingui();
  return (
    <select
      className="input"
      aria-label={t`From which level`}
      value={level}
      onChange={(event) => onChange(event.target.value as Level)}
    >
      {LEVELS.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

function Lines({ lines, isFollowed }: { lines: readonly LogEntry[]; isFollowed: boolean }) {
  const { t } = useLingui();
  const format = useFormatter();
  const box = useRef<HTMLElement>(null);
  // Who has scrolled up reads: new lines must not take that away. At the end they are followed again.
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a line more is what moves the view
  useEffect(() => {
    if (isFollowed && isAtEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines.at(-1), isFollowed]);
  if (lines.length === 0) {
    return (
      <Empty>
        <Trans>No line like that since this page was opened and shortly before.</Trans>
      </Empty>
    );
  }
  return (
    <section
      ref={box}
      className="logs"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t`Lines of the log`}
      onScroll={({ currentTarget: shown }) => {
        isAtEnd.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < AT_END;
      }}
    >
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name, and are only ever added
        <p key={place} className={`log-line log-${line.level.toLowerCase()}`}>
          <span className="muted">{format.clock(line.time)}</span> <strong>{line.level}</strong>{" "}
          <span className="muted">{line.logger}</span> {line.message}
        </p>
      ))}
    </section>
  );
}
