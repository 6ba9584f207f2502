import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { Dialog } from "../parts/Dialog";
import { Empty } from "../parts/Panel";
import { useStore } from "../store/store";
import { BrowserSwitch } from "./BrowserSwitch";
import { NoticeLine } from "./NoticeLine";
import { MOST_KEPT, markRead, notices } from "./notices";
import { closeNotices, panel } from "./panel";

export function NoticePanel() {
  return useStore(panel) ? <Opened /> : null;
}

function Opened() {
  const { t } = useLingui();
  const { list } = useStore(notices);
  useEffect(markRead, []);
  return (
    <Dialog title={t`Notices`} onClose={closeNotices}>
      {list.length === 0 ? (
        <Empty>
          <Trans>
            Nothing has happened since this page was opened. Fills, closings and alarms appear here by
            themselves.
          </Trans>
        </Empty>
      ) : (
        <ul className="notice-list">
          {list.map((notice) => (
            <li key={notice.id} className={notice.isAlarm ? "notice-alarm" : ""}>
              <NoticeLine notice={notice} onFollow={closeNotices} />
            </li>
          ))}
        </ul>
      )}
      <BrowserSwitch />
      <p className="muted small">
        <Trans>The last {MOST_KEPT} since this page was opened; they are kept in this tab alone.</Trans>
      </p>
    </Dialog>
  );
}
