import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useSettings } from "../../api/queries";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { InForce } from "./InForce";
import { Setting } from "./Setting";
import "./settings.css";
import { sectionsOf } from "./value";

/** Every setting, from the definitions: value, range, unit, what it does; and which bots run with it. */
export default function Settings() {
  const asked = useSettings();
  return <Shown asked={asked}>{(answer) => <Found answer={answer} />}</Shown>;
}

function Found({ answer }: { answer: Schemas["SettingsAnswer"] }) {
  const { t } = useLingui();
  const [search, setSearch] = useState("");
  const [onlyChanged, setOnlyChanged] = useState(false);
  const sections = sectionsOf(answer.settings, search, onlyChanged);
  return (
    <div className="stack">
      <InForce state={answer.state} />
      <div className="settings-tools">
        <input
          type="search"
          className="input"
          aria-label={t`Search settings`}
          placeholder={t`Search settings ( / )`}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <label>
          <input
            type="checkbox"
            checked={onlyChanged}
            onChange={(event) => setOnlyChanged(event.target.checked)}
          />{" "}
          <Trans>only what is not the default</Trans>
        </label>
      </div>
      {sections.length === 0 ? (
        <Empty>
          <Trans>No setting is like that.</Trans>
        </Empty>
      ) : null}
      {sections.map(([name, entries]) => (
        <Panel key={name} title={name || t`Profile`}>
          <ul className="settings">
            {entries.map((entry) => (
              <Setting key={entry.key} entry={entry} version={answer.state.version} />
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}
