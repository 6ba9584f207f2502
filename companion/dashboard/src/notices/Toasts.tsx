import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useFormatter } from "../format/useFormatter";
import { Button } from "../parts/Button";
import { useStore } from "../store/store";
import { NoticeLine } from "./NoticeLine";
import { type Notice, notices, putAway } from "./notices";
import { wordsOf } from "./words";
import "./notices.css";

/** A calm notice goes by itself; an alarm stays until it is put away or newer ones push it out. */
const CALM_MS = 8_000;

/** What has just happened, at the edge of the page. Alarms interrupt a screen reader, the others wait for it. */
export function Toasts() {
  const { t } = useLingui();
  const { list, shown } = useStore(notices);
  const visible = list.filter((notice) => shown.includes(notice.id));
  const calm = visible.filter((notice) => !notice.isAlarm);
  const alarms = visible.filter((notice) => notice.isAlarm);
  return (
    <section className="toasts" aria-label={t`Newest notices`}>
      <ul aria-live="assertive">
        {alarms.map((notice) => (
          <Toast key={notice.id} notice={notice} />
        ))}
      </ul>
      <ul aria-live="polite">
        {calm.map((notice) => (
          <Toast key={notice.id} notice={notice} />
        ))}
      </ul>
    </section>
  );
}

function Toast({ notice }: { notice: Notice }) {
  const { t, i18n } = useLingui();
  const format = useFormatter();
  const [isHeld, setHeld] = useState(false);
  const title = i18n._(wordsOf(notice.news, format).title);
  useEffect(() => {
    if (notice.isAlarm || isHeld) return;
    const timer = setTimeout(() => putAway(notice.id), CALM_MS);
    return () => clearTimeout(timer);
  }, [notice, isHeld]);
  return (
    <li
      className={`toast ${notice.isAlarm ? "notice-alarm" : ""}`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <NoticeLine notice={notice} />
      <Button kind="quiet" onClick={() => putAway(notice.id)} aria-label={t`Put away: ${title}`}>
        <X size={16} aria-hidden="true" />
      </Button>
    </li>
  );
}
