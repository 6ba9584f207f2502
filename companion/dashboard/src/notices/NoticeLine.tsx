import { Plural, useLingui } from "@lingui/react/macro";
import { useFormatter } from "../format/useFormatter";
import { Link } from "../navigation/Link";
import type { Notice } from "./notices";
import { wordsOf } from "./words";

/** A notice: what happened, its numbers, and when. */
export function NoticeLine({ notice, onFollow }: { notice: Notice; onFollow?: () => void }) {
  const { i18n } = useLingui();
  const format = useFormatter();
  const { title, detail, href } = wordsOf(notice.news, format);
  return (
    <div className="notice">
      <p>
        {notice.isAlarm ? <span aria-hidden="true">⚠ </span> : null}
        <Link href={href} {...(onFollow ? { onClick: onFollow } : {})}>
          {i18n._(title)}
        </Link>
      </p>
      {detail ? <p className="notice-detail">{detail}</p> : null}
      <p className="muted small">
        {format.clock(notice.atMs)}
        {notice.times > 1 ? (
          <>
            {" · "}
            <Plural value={notice.times} one="# time" other="# times" />
          </>
        ) : null}
      </p>
    </div>
  );
}
