import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { Schemas } from "../../api/client";
import { useSettings } from "../../api/queries";
import { useRoute } from "../../navigation/route";
import { Empty, Panel, Shown } from "../../parts/Panel";
import { EVERYTHING, partsOf, sectionsOf, type Wanted } from "./chosen";
import { History } from "./History";
import { InForce } from "./InForce";
import { Setting } from "./Setting";
import "./settings.css";

/** Every setting, from the definitions: value, range, unit, what it does; and which bots run with it. */
export default function Settings() {
  const asked = useSettings();
  return <Shown asked={asked}>{(answer) => <Found answer={answer} />}</Shown>;
}

function Found({ answer }: { answer: Schemas["SettingsAnswer"] }) {
  const { t } = useLingui();
  const { detail: addressed } = useRoute();
  const [wanted, setWanted] = useState(EVERYTHING);
  // A setting that the address names must not be hidden by an earlier search.
  useEffect(() => {
    if (addressed) setWanted(EVERYTHING);
  }, [addressed]);
  const { version } = answer.state;
  const sections = sectionsOf(answer.settings, wanted);
  const isUnknown = addressed !== "" && !answer.settings.some((entry) => entry.key === addressed);
  return (
    <div className="stack">
      <InForce state={answer.state} />
      <History />
      <Tools wanted={wanted} parts={partsOf(answer.settings)} onWanted={setWanted} />
      {isUnknown ? (
        <Empty>
          <Trans>There is no setting {addressed}.</Trans>
        </Empty>
      ) : null}
      {sections.length === 0 ? (
        <Empty>
          <Trans>No setting is like that.</Trans>
        </Empty>
      ) : null}
      {sections.map(([name, entries]) => (
        <Panel key={name} title={name || t`Profile`}>
          <ul className="settings">
            {entries.map((entry) => (
              <Setting
                key={entry.key}
                entry={entry}
                version={version}
                isAddressed={entry.key === addressed}
              />
            ))}
          </ul>
        </Panel>
      ))}
    </div>
  );
}

interface ToolsProperties {
  wanted: Wanted;
  parts: readonly string[];
  onWanted: (wanted: Wanted) => void;
}

function Tools({ wanted, parts, onWanted }: ToolsProperties) {
  const { t } = useLingui();
  return (
    <div className="settings-tools">
      <input
        type="search"
        className="input"
        aria-label={t`Search settings`}
        placeholder={t`Search settings ( / )`}
        value={wanted.search}
        onChange={(event) => onWanted({ ...wanted, search: event.target.value })}
      />
      <select
        className="input"
        aria-label={t`Part`}
        value={wanted.part}
        onChange={(event) => onWanted({ ...wanted, part: event.target.value })}
      >
        <option value="">{t`all parts`}</option>
        {parts.map((part) => (
          <option key={part}>{part}</option>
        ))}
      </select>
      <label>
        <input
          type="checkbox"
          checked={wanted.onlyChanged}
          onChange={(event) => onWanted({ ...wanted, onlyChanged: event.target.checked })}
        />{" "}
        <Trans>only what is not the default</Trans>
      </label>
    </div>
  );
}
