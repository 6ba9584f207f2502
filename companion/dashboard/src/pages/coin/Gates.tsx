import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";

type Step = Schemas["GateStep"];

interface Properties {
  steps: readonly Step[];
  /** The gate at which it ended. */
  deciding?: string;
}

/** The gates in their order: what each said, and on which numbers. */
export function Gates({ steps, deciding }: Properties) {
  return (
    <ol className="gates">
      {steps.map((step) => (
        <li key={step.gate} className={step.gate === deciding ? "gate gate-deciding" : "gate"}>
          <Mark outcome={step.outcome} />
          <span className="gate-name">{step.gate}</span>
          <span className="gate-detail">{step.detail || <Trans>not asked</Trans>}</span>
        </li>
      ))}
    </ol>
  );
}

function Mark({ outcome }: { outcome: Step["outcome"] }) {
  const { t } = useLingui();
  const words: Record<Step["outcome"], [string, string]> = {
    passed: ["✓", t`passed`],
    stopped: ["✕", t`stopped here`],
    "not asked": ["–", t`not asked`],
    "asked at entry": ["…", t`asked at the entry`],
  };
  const [sign, word] = words[outcome];
  return (
    <span
      className={outcome === "stopped" ? "gate-mark loss" : "gate-mark muted"}
      role="img"
      aria-label={word}
    >
      {sign}
    </span>
  );
}
