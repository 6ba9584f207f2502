import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAbout } from "../api/queries";
import { AboutDialog } from "./AboutDialog";
import { type MarketKind, moneyOf } from "./origin";
import "./about.css";

/** On every page: whose prices these are, and whose money. It opens what a newcomer asks next. */
export function MarketSign() {
  const { t } = useLingui();
  const about = useAbout().data;
  const [isOpen, setOpen] = useState(false);
  const kind = about?.market.kind ?? "unknown";
  const money = moneyOf(about?.live_money);
  const markets: Record<MarketKind, string> = {
    generated: t`GENERATED`,
    recorded: t`RECORDED`,
    binance: t`BINANCE`,
    unknown: t`UNKNOWN`,
  };
  const sums = { live: t`LIVE MONEY`, none: t`no real money`, unknown: t`money unknown` };
  return (
    <>
      <button type="button" className="market-sign" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <span className="market-label">{t`Market`}</span>
        <span className="market-words">
          <span className={`market-kind market-${kind}`}>{markets[kind]}</span>{" "}
          <span className={`market-money market-money-${money}`}>{sums[money]}</span>
        </span>
      </button>
      {isOpen ? <AboutDialog about={about} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
