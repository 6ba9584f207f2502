import "./table.css";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useId } from "react";
import { Problem } from "../api/problem";
import { Age } from "./Age";
import { Button } from "./Button";
import "./panel.css";

interface PanelProperties {
  title: string;
  /** Beside the title: a count, a switch. */
  beside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** The name under which the tour finds it. */
  anchor?: string;
}

/** A part of a page with a title. */
export function Panel({ title, beside, children, className = "", anchor }: PanelProperties) {
  const label = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={label} data-tour={anchor}>
      <header className="panel-head">
        <h2 id={label}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}

/** Nothing is there, and that is right: says why, and what will bring something. */
export function Empty({ children }: { children: ReactNode }) {
  return <p className="panel-state muted">{children}</p>;
}

/** Keeps its place while something is asked for. */
export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div className="panel-state" role="status" style={{ minHeight: `${rows * 28}px` }}>
      <span className="muted">
        <Trans>Loading…</Trans>
      </span>
    </div>
  );
}

/** What could not be had, why, and the id under which the log has it. */
export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const problem = error instanceof Problem ? error : undefined;
  const requestId = problem?.requestId;
  return (
    <div className="panel-state panel-failed" role="alert">
      <p>{problem && problem.status > 0 ? problem.detail : <Trans>The companion does not answer.</Trans>}</p>
      {requestId ? (
        <p className="muted small">
          <Trans>Request {requestId}</Trans>
        </p>
      ) : null}
      <Button onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}

/** What is shown was true once: the last attempt to have it anew has failed. */
function Outdated({ sinceMs }: { sinceMs: number }) {
  return (
    <p className="outdated small">
      <Trans>
        As it was <Age ms={sinceMs} /> ago; it could not be had anew.
      </Trans>
    </p>
  );
}

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  /** When the answer that is shown came, ms. */
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** One of the states of what is asked: loading, failed, or there (also when only the last attempt has failed). */
export function Shown<Data>({
  asked,
  rows,
  children,
}: {
  asked: Asked<Data>;
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (asked.data !== undefined && asked.error)
    return (
      <>
        <Outdated sinceMs={asked.dataUpdatedAt} />
        {children(asked.data)}
      </>
    );
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error) return <Failed error={asked.error} onRetry={asked.refetch} />;
  return rows === undefined ? <Loading /> : <Loading rows={rows} />;
}
