import { Trans } from "@lingui/react/macro";

/** The companion has not answered yet: it is starting, or it is down. */
export function Waiting() {
  return (
    <main className="login">
      <h1>HHQ-1</h1>
      <p role="status">
        <Trans>Waiting for the companion to answer…</Trans>
      </p>
    </main>
  );
}
