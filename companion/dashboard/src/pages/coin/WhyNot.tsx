import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { Age } from "../../parts/Age";
import { Panel } from "../../parts/Panel";
import { Gates } from "./Gates";
import { Locked } from "./Locked";

/** A candle and half of the next: what is older is no decision of now. */
const OLD_MS = 450_000;

/** The sentence first: accepted, or which gate stopped it and on which numbers; then every gate in its order. */
export function WhyNot({ answer }: { answer: Schemas["CoinAnswer"] }) {
  const { t } = useLingui();
  const { explanation, decision } = answer;
  const isAccepted = explanation.gate === "SCORE_PASS";
  return (
    <Panel
      anchor="why-not"
      title={isAccepted ? t`Why there is a signal` : t`Why there is no signal`}
      beside={
        <span className="muted small">
          <Trans>
            decided <Age ms={explanation.closed_at} limitMs={OLD_MS} /> ago
          </Trans>
        </span>
      }
    >
      <p className="why-sentence">
        <strong>
          {isAccepted ? "✓" : "✕"} {explanation.gate}
        </strong>
        : {explanation.reason}
      </p>
      {decision.fresh ? null : (
        <p className="why-sentence age-old">
          <Trans>The candles of this coin are not fresh: nothing is decided on them.</Trans>
        </p>
      )}
      <Locked pair={answer.pair} />
      <Gates steps={explanation.steps} deciding={explanation.gate} />
      <p className="why-sentence muted small">
        <Trans>
          … is asked by the bot at the entry: what the account allows, which guards and locks (Modules) it
          has.
        </Trans>
      </p>
    </Panel>
  );
}
