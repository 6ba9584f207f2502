import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useEffect, useMemo, useState } from "react";
import { useFreshTrades } from "../feed/useFreshTrades";
import { useRoute } from "../navigation/route";
import { NoticePanel } from "../notices/NoticePanel";
import { openNotices } from "../notices/panel";
import { Sources } from "../notices/Sources";
import { Toasts } from "../notices/Toasts";
import { useBrowserNotifications } from "../notices/useBrowserNotifications";
import { pageNamed } from "../pages/list";
import { Empty, Loading } from "../parts/Panel";
import { Tour } from "../tour/Tour";
import { openTour, openTourOnce } from "../tour/tour";
import { Answers } from "./Answers";
import { FiveSeconds } from "./bar/FiveSeconds";
import { Footer } from "./Footer";
import { KeyboardHelp } from "./KeyboardHelp";
import { useKeyboard } from "./keyboard";
import { BottomBar, Navigation } from "./Navigation";
import { StaleBanner } from "./StaleBanner";
import "./shell.css";

/** The frame of every page: bar, navigation, banner, and the page itself. */
export function Shell() {
  const route = useRoute();
  const { i18n } = useLingui();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useKeyboard(useMemo(() => ({ "?": () => setHelpOpen(true), t: openTour, n: openNotices }), []));
  useEffect(openTourOnce, []);
  useFreshTrades();
  const page = pageNamed(route.name);
  const title = page ? i18n._(page.title) : "";
  return (
    <div className="shell">
      <title>{title ? `${title} · HHQ-1` : "HHQ-1"}</title>
      <a className="skip" href="#content">
        <Trans>To the content</Trans>
      </a>
      <Navigation current={page?.name} onHelp={() => setHelpOpen(true)} />
      <FiveSeconds />
      <div className="banners">
        <StaleBanner />
        <Answers />
      </div>
      <main id="content" className="shell-main" tabIndex={-1}>
        <h1 className="visually-hidden">{title}</h1>
        <Suspense fallback={<Loading rows={12} />}>
          {page ? <page.Content key={page.name} /> : <UnknownPage />}
        </Suspense>
      </main>
      <Footer />
      <BottomBar current={page?.name} onHelp={() => setHelpOpen(true)} />
      <Notices />
      <Tour />
      {isHelpOpen ? <KeyboardHelp onClose={() => setHelpOpen(false)} /> : null}
    </div>
  );
}

function Notices() {
  useBrowserNotifications();
  return (
    <>
      <Sources />
      <Toasts />
      <NoticePanel />
    </>
  );
}

function UnknownPage() {
  return (
    <Empty>
      <Trans>There is no page of this address.</Trans>
    </Empty>
  );
}
