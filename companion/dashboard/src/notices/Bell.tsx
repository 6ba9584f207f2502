import { Plural, useLingui } from "@lingui/react/macro";
import { Bell as Icon } from "lucide-react";
import { Button } from "../parts/Button";
import { useStore } from "../store/store";
import { notices } from "./notices";
import { openNotices } from "./panel";

/** How many notices have not been read; opens all of them. */
export function Bell() {
  const { t } = useLingui();
  const { unread } = useStore(notices);
  return (
    <Button kind="quiet" className="bell" title={t`Notices`} aria-haspopup="dialog" onClick={openNotices}>
      <Icon size={18} aria-hidden="true" />
      {unread > 0 ? (
        <span className="bell-count" aria-hidden="true">
          {unread}
        </span>
      ) : null}
      <span className="visually-hidden">
        <Plural value={unread} _0="Notices" one="Notices, # not read" other="Notices, # not read" />
      </span>
    </Button>
  );
}
