import { Trans, useLingui } from "@lingui/react/macro";
import { Compass, Keyboard, LogOut, Menu } from "lucide-react";
import { useState } from "react";
import { Link } from "../navigation/Link";
import { addressOf } from "../navigation/route";
import { PAGES, type Page } from "../pages/list";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { logOut } from "../session/keeping";
import { session } from "../session/session";
import { useStore } from "../store/store";
import { openTour } from "../tour/tour";

interface Properties {
  current: string | undefined;
  onHelp: () => void;
}

const ON_PHONE = PAGES.filter((page) => page.isOnPhone);
const UNDER_MORE = PAGES.filter((page) => !page.isOnPhone);

/** All pages, at the side of a wide screen. */
export function Navigation({ current, onHelp }: Properties) {
  const { t } = useLingui();
  return (
    <nav className="navigation" aria-label={t`Pages`}>
      <p className="navigation-name">HHQ-1</p>
      <ul>
        {PAGES.map((page) => (
          <li key={page.name}>
            <PageLink page={page} isCurrent={page.name === current} />
          </li>
        ))}
      </ul>
      <Account onHelp={onHelp} />
    </nav>
  );
}

/** Four pages and "More", at the bottom of a phone. */
export function BottomBar({ current, onHelp }: Properties) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <nav className="bottom-bar" aria-label={t`Main pages`}>
      {ON_PHONE.map((page) => (
        <PageLink key={page.name} page={page} isCurrent={page.name === current} />
      ))}
      <button type="button" className="page-link" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Menu size={18} aria-hidden="true" />
        <span>{t`More`}</span>
      </button>
      {isOpen ? (
        <Dialog title={t`More pages`} onClose={() => setOpen(false)}>
          <ul className="more-pages">
            {UNDER_MORE.map((page) => (
              <li key={page.name}>
                <PageLink page={page} isCurrent={page.name === current} onFollow={() => setOpen(false)} />
              </li>
            ))}
          </ul>
          <Account onHelp={onHelp} onLeave={() => setOpen(false)} />
        </Dialog>
      ) : null}
    </nav>
  );
}

interface PageLinkProperties {
  page: Page;
  isCurrent: boolean;
  onFollow?: () => void;
}

function PageLink({ page, isCurrent, onFollow }: PageLinkProperties) {
  const { i18n } = useLingui();
  const { icon: Icon } = page;
  return (
    <Link
      href={addressOf(page.name)}
      className="page-link"
      aria-current={isCurrent ? "page" : undefined}
      {...(onFollow ? { onClick: onFollow } : {})}
    >
      <Icon size={18} aria-hidden="true" />
      <span>{i18n._(page.title)}</span>
    </Link>
  );
}

function Account({ onHelp, onLeave = () => {} }: { onHelp: () => void; onLeave?: () => void }) {
  const { known } = useStore(session);
  const { t } = useLingui();
  const [isStuck, setStuck] = useState(false);
  return (
    <div className="account">
      <p className="small">
        {known?.name} <span className="muted">{known?.role === "trade" ? t`may trade` : t`may read`}</span>
      </p>
      {isStuck ? (
        <p className="small" role="alert">
          <Trans>Still logged in: the companion does not answer.</Trans>
        </p>
      ) : null}
      <div className="account-buttons">
        <Button
          kind="quiet"
          title={t`Tour`}
          onClick={() => {
            onLeave();
            openTour();
          }}
        >
          <Compass size={16} aria-hidden="true" />
          <Trans>Tour</Trans>
        </Button>
        <Button kind="quiet" onClick={onHelp} title={t`Keys`} aria-label={t`Keys`}>
          <Keyboard size={16} aria-hidden="true" />
        </Button>
        <Button kind="quiet" onClick={() => void logOut().catch(() => setStuck(true))}>
          <LogOut size={16} aria-hidden="true" />
          <Trans>Log out</Trans>
        </Button>
      </div>
    </div>
  );
}
