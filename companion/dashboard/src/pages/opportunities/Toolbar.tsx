import { Trans, useLingui } from "@lingui/react/macro";
import { Columns3, X } from "lucide-react";
import { useState } from "react";
import { addressOf, replaceAddress } from "../../navigation/route";
import { Button } from "../../parts/Button";
import { useStore } from "../../store/store";
import { ColumnsDialog } from "./ColumnsDialog";
import { PRESETS, type Preset, view } from "./view";

interface Properties {
  count: number;
  total: number;
  gate: string | null;
  hasChanged: boolean;
  onApply: () => void;
}

export function Toolbar({ count, total, gate, hasChanged, onApply }: Properties) {
  const { t } = useLingui();
  const { search } = useStore(view);
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="toolbar">
      <input
        type="search"
        className="input"
        aria-label={t`Search coins`}
        placeholder={t`Search coins ( / )`}
        value={search}
        onChange={(event) => view.update({ search: event.target.value })}
      />
      <PresetSwitch />
      {gate ? <GateFilter gate={gate} /> : null}
      <Button onClick={() => setOpen(true)}>
        <Columns3 size={16} aria-hidden="true" />
        <Trans>Columns</Trans>
      </Button>
      {hasChanged ? <Button onClick={onApply}>{t`Order changed ↻`}</Button> : null}
      <p className="muted" aria-live="polite">
        <Trans>
          {count} of {total} coins
        </Trans>
      </p>
      {isOpen ? <ColumnsDialog onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

function GateFilter({ gate }: { gate: string }) {
  const { t } = useLingui();
  return (
    <Button
      onClick={() => replaceAddress(addressOf("opportunities"))}
      aria-label={t`Show coins of every gate`}
    >
      {gate}
      <X size={14} aria-hidden="true" />
    </Button>
  );
}

function PresetSwitch() {
  const { t } = useLingui();
  const { preset } = useStore(view);
  const words: Record<Preset, string> = {
    all: t`All`,
    favourites: t`Favourites`,
    candidates: t`With a score`,
    accepted: t`Accepted`,
    long: t`Long`,
    short: t`Short`,
    stale: t`Stale`,
  };
  return (
    <fieldset className="presets">
      <legend className="visually-hidden">
        <Trans>Which coins</Trans>
      </legend>
      {PRESETS.map((name) => (
        <button
          key={name}
          type="button"
          className="preset"
          aria-pressed={name === preset}
          onClick={() => view.update({ preset: name })}
        >
          {words[name]}
        </button>
      ))}
    </fieldset>
  );
}
