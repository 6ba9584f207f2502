import { Trans, useLingui } from "@lingui/react/macro";
import type { Schemas } from "../../api/client";
import { Panel } from "../../parts/Panel";

/** Which settings are in force, and whether every bot says that it runs with them. */
export function InForce({ state }: { state: Schemas["SettingsState"] }) {
  const { t } = useLingui();
  const { version, digest } = state;
  return (
    <Panel title={t`In force`}>
      <p className="why">
        <Trans>
          Version {version}, digest {digest}.
        </Trans>{" "}
        {state.applied ? (
          <strong className="gain">
            ✓ <Trans>Every bot runs with them.</Trans>
          </strong>
        ) : (
          <strong className="age-old">
            <Trans>Not every bot has said yet that it runs with them.</Trans>
          </strong>
        )}
      </p>
    </Panel>
  );
}
