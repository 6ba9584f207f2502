import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { useMeasured } from "./units";

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
          <Numbers step={step} />
        </li>
      ))}
    </ol>
  );
}

/** Value, what it has to be, and how far it is from there; nothing for a gate that compares no number. */
function Numbers({ step }: { step: Step }) {
  const measured = useMeasured();
  const { comparison } = step;
  if (comparison === null) return null;
  const value = measured(step.value, step.unit);
  const threshold = measured(step.threshold, step.unit);
  const missing = step.missing === null || step.missing === 0 ? null : measured(step.missing, step.unit);
  return (
    <span className="gate-numbers">
      <span className={step.value === null ? "number muted" : "number"}>{value}</span>
      <span className="number muted">
        <Trans>
          needs {comparison} {threshold}
        </Trans>
      </span>
      {missing === null ? null : (
        <span className="number loss">
          <Trans>missing {missing}</Trans>
        </span>
      )}
    </span>
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
