import { useLingui } from "@lingui/react/macro";
import { useStore } from "../store/store";
import { botInForce, chosenBot } from "./chosen";
import { useBotNames } from "./useBot";

/** Which bot the figures are of. With one bot there is nothing to choose. */
export function BotSwitch() {
  const { t } = useLingui();
  const names = useBotNames();
  const chosen = botInForce(useStore(chosenBot), names);
  if (names.length < 2) return null;
  const count = names.length;
  return (
    <select
      className="switch"
      aria-label={t`Bot that is shown`}
      value={chosen ?? ""}
      onChange={(event) => chosenBot.set(event.target.value)}
    >
      <option value="">{t`All ${count}`}</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
