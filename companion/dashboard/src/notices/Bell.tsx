import { Plural, useLingui } from "@lingui/react/macro";
import { Bell as Icon } from "lucide-react";
import { useId } from "react";
import { Button } from "../parts/Button";
import { useStore } from "../store/store";
import { notices } from "./notices";
import { openNotices } from "./panel";

/** How many notices have not been read; opens all of them. */
export function Bell() {
  const { t } = useLingui();
  const { unread } = useStore(notices);
  const count = useId();
  return (
    <Button
      kind="quiet"
      className="bell"
      title={t`Notices`}
      aria-label={t`Notices`}
      aria-describedby={count}
      aria-haspopup="dialog"
      onClick={openNotices}
    >
      <Icon size={18} aria-hidden="true" />
      {unread > 0 ? (
        <span className="bell-count" aria-hidden="true">
          {unread}
        </span>
      ) : null}
      <span id={count} className="visually-hidden">
        {unread > 0 ? <Plural value={unread} one="# not read" other="# not read" /> : null}
      </span>
    </Button>
  );
}
