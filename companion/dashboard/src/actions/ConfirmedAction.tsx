import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem";
import { useFeedState } from "../feed/useFeed";
import { useFormatter } from "../format/useFormatter";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import type { Outcome } from "./outcome";
import { useAction } from "./useAction";
import "./action.css";

interface Properties<Done> {
  title: string;
  /** What will happen. */
  children: ReactNode;
  /** Words on the button that does it. */
  verb: string;
  run: () => Promise<Done>;
  /** What has happened, in words. */
  said: (done: Done) => ReactNode;
  /** What to do now that it was refused, where the companion's own words do not say so. */
  ifRefused?: (problem: Problem) => ReactNode;
  /** Shown when nobody knows: what the state is now. */
  ifUnknown?: ReactNode;
  isDangerous?: boolean;
  onClose: () => void;
}

/** Says what will happen, asks, waits for the answer, and says what happened and when. */
export function ConfirmedAction<Done>(properties: Properties<Done>) {
  const { title, children, verb, run, said, ifRefused, ifUnknown, isDangerous = false, onClose } = properties;
  const { outcome, start } = useAction(run);
  const isLive = useFeedState().phase === "live";
  const isAsking = outcome.phase === "asking";
  const actions = isAsking ? (
    <>
      <Button onClick={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button kind={isDangerous ? "danger" : "primary"} disabled={!isLive} onClick={start}>
        {verb}
      </Button>
    </>
  ) : (
    <Button kind="primary" onClick={onClose} disabled={outcome.phase === "waiting"}>
      <Trans>Close this window</Trans>
    </Button>
  );
  return (
    <Dialog title={title} onClose={onClose} actions={actions}>
      {isAsking ? children : <Told {...{ outcome, said, ifRefused, ifUnknown }} />}
      {isAsking && !isLive ? (
        <p className="action-refused">
          <Trans>The connection is lost: what you see may be old, so nothing can be done now.</Trans>
        </p>
      ) : null}
    </Dialog>
  );
}

interface ToldProperties<Done> {
  outcome: Outcome<Done>;
  said: (done: Done) => ReactNode;
  ifRefused: ((problem: Problem) => ReactNode) | undefined;
  ifUnknown: ReactNode;
}

function Told<Done>({ outcome, said, ifRefused, ifUnknown }: ToldProperties<Done>) {
  const format = useFormatter();
  if (outcome.phase === "asking" || outcome.phase === "waiting") {
    return (
      <p role="status">
        <Trans>Asked; waiting for the answer…</Trans>
      </p>
    );
  }
  return (
    <div role="status" className="stack">
      {outcome.phase === "done" ? <div className="action-done">{said(outcome.done)}</div> : null}
      {outcome.phase === "refused" ? (
        <Refused problem={outcome.problem}>{ifRefused?.(outcome.problem)}</Refused>
      ) : null}
      {outcome.phase === "unknown" ? (
        <div className="action-unknown">
          <p>
            <Trans>
              Unknown: no answer came, so it may have happened or not. Look at the state before you try again.
            </Trans>
          </p>
          {ifUnknown}
        </div>
      ) : null}
      <p className="muted small">{format.dateTime(outcome.atMs)}</p>
    </div>
  );
}

function Refused({ problem, children }: { problem: Problem; children: ReactNode }) {
  const { detail } = problem;
  return (
    <div className="action-refused">
      <p>
        <Trans>Refused, nothing was changed: {detail}</Trans>
      </p>
      {children}
    </div>
  );
}
