import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useFeedState, useRows } from "../feed/useFeed";
import { Button } from "../parts/Button";
import { CloseAllDialog } from "./CloseAllDialog";

/** In the bar of every page: closes everything, in two steps. */
export function CloseAll() {
  const { t } = useLingui();
  const count = useRows("positions").size;
  const isLive = useFeedState().phase === "live";
  const [isOpen, setOpen] = useState(false);
  const reason = isLive ? undefined : t`The connection is lost`;
  return (
    <>
      <Button
        kind="danger"
        disabled={count === 0 || !isLive}
        title={reason}
        onClick={() => setOpen(true)}
        data-tour="close-all"
      >
        {t`Close all…`}
      </Button>
      {isOpen ? <CloseAllDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
