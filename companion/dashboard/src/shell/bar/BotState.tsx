import { useLingui } from "@lingui/react/macro";
import { useModules, usePortfolio } from "../../api/queries";
import { Figure } from "../../parts/Figure";
import { type BotCondition, conditionOf } from "./figures";

export function BotState() {
  const { t } = useLingui();
  const bots = usePortfolio().data?.bots ?? [];
  const isLocked = useModules().data?.stoploss_guard.global_locked ?? false;
  const condition = conditionOf(bots, isLocked);
  const words: Record<BotCondition, string> = {
    live: t`LIVE`,
    dry: t`DRY RUN`,
    paused: t`PAUSED`,
    stopped: t`STOPPED`,
    locked: t`LOCKED`,
    unreachable: t`NO ANSWER`,
    unknown: t`UNKNOWN`,
  };
  return (
    <Figure label={bots.map((bot) => bot.bot).join(", ") || t`Bot`}>
      <span className={`bot-state bot-state-${condition}`}>{words[condition]}</span>
    </Figure>
  );
}
