import { Trans } from "@lingui/react/macro";
import { ColourSwitch, LanguageSwitch, ThemeSwitch, ZoneSwitch } from "./Switches";

/** Choices of how the page looks, and the notice that the charts' licence asks for. */
export function Footer() {
  return (
    <footer className="footer">
      <div className="footer-switches">
        <LanguageSwitch />
        <ThemeSwitch />
        <ColourSwitch />
        <ZoneSwitch />
      </div>
      <p className="muted small">
        <Trans>
          Charts: TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc.{" "}
          <a href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">
            tradingview.com
          </a>
        </Trans>
      </p>
    </footer>
  );
}
