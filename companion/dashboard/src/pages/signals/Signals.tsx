import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useChannel, useEntries } from "../../feed/useFeed";
import { Empty, Loading, Panel } from "../../parts/Panel";
import { chosenSignals, SHOWN, WHICH, type Which } from "./chosen";
import { SignalRow } from "./SignalRow";
import "./signals.css";

/** The candidates of the last candles, newest first: accepted ones, and rejected ones with the gate. */
export default function Signals() {
  const { t } = useLingui();
  const isThere = useChannel("signals") !== undefined;
  const [which, setWhich] = useState<Which>("all");
  const signals = chosenSignals(useEntries("signals"), which);
  const words: Record<Which, string> = { all: t`All`, accepted: t`Accepted`, rejected: t`Rejected` };
  const largest = Math.max(
    1,
    ...signals.flatMap((each) => each.points.map((points) => Math.abs(points ?? 0))),
  );
  return (
    <Panel
      title={t`Signals`}
      beside={
        <select
          className="input"
          aria-label={t`Which signals`}
          value={which}
          onChange={(event) => setWhich(event.target.value as Which)}
        >
          {WHICH.map((name) => (
            <option key={name} value={name}>
              {words[name]}
            </option>
          ))}
        </select>
      }
    >
      {isThere ? null : <Loading rows={8} />}
      {isThere && signals.length === 0 ? (
        <Empty>
          <Trans>No candle of the last ones had a candidate. The funnel says where the coins ended.</Trans>
        </Empty>
      ) : (
        <ol className="signals">
          {signals.map((signal) => (
            <SignalRow
              key={`${signal.symbol}${signal.time}${signal.side}`}
              signal={signal}
              largest={largest}
            />
          ))}
        </ol>
      )}
      {signals.length === SHOWN ? (
        <p className="muted signals-more">
          <Trans>The newest {SHOWN} are shown.</Trans>
        </p>
      ) : null}
    </Panel>
  );
}
