import { Trans } from "@lingui/react/macro";
import { useStore } from "../../../store/store";
import { chosenPanes, MOST_PANES, withPane } from "./panes";

/** Which panes stand below the candles. */
export function PaneChoice({ names }: { names: ReadonlyMap<number, string> }) {
  const chosen = useStore(chosenPanes);
  const shown = chosen.map((pane) => names.get(pane) ?? pane).join(", ");
  return (
    <details className="outlook">
      <summary>
        <Trans>Below the candles (at most {MOST_PANES}):</Trans> {shown === "" ? "–" : shown}
      </summary>
      <div className="pane-choice">
        {[...names].map(([number, name]) => (
          <label key={number} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(number)}
              onChange={() => chosenPanes.set(withPane(chosen, number))}
            />
            {name}
          </label>
        ))}
      </div>
    </details>
  );
}
