import { Trans } from "@lingui/react/macro";
import { Empty } from "./Panel";

/** A page that is not written yet says so. */
export function ComingPage() {
  return (
    <Empty>
      <Trans>This page is not written yet. What it will show is in the API already.</Trans>
    </Empty>
  );
}
