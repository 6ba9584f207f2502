import { useLingui } from "@lingui/react/macro";
import { type Preferences, preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import "./switches.css";

/** The names of languages are in their own language: who cannot read this one must find hers. */
const LANGUAGES = [
  { value: "en", label: "English", lang: "en" },
  { value: "tr", label: "Türkçe", lang: "tr" },
] as const;

export function LanguageSwitch() {
  const { language } = useStore(preferences);
  const { t } = useLingui();
  return (
    <select
      className="switch"
      aria-label={t`Language`}
      value={language}
      onChange={(event) => preferences.update({ language: event.target.value as Preferences["language"] })}
    >
      {LANGUAGES.map(({ value, label, lang }) => (
        <option key={value} value={value} lang={lang}>
          {label}
        </option>
      ))}
    </select>
  );
}

export function ThemeSwitch() {
  const { theme } = useStore(preferences);
  const { t } = useLingui();
  return (
    <select
      className="switch"
      aria-label={t`Colours of the page`}
      value={theme}
      onChange={(event) => preferences.update({ theme: event.target.value as Preferences["theme"] })}
    >
      <option value="system">{t`As the system`}</option>
      <option value="dark">{t`Dark`}</option>
      <option value="light">{t`Light`}</option>
    </select>
  );
}

export function ColourSwitch() {
  const { colours } = useStore(preferences);
  const { t } = useLingui();
  return (
    <select
      className="switch"
      aria-label={t`Colours of gain and loss`}
      value={colours}
      onChange={(event) => preferences.update({ colours: event.target.value as Preferences["colours"] })}
    >
      <option value="blue-orange">{t`Blue, orange`}</option>
      <option value="green-red">{t`Green, red`}</option>
    </select>
  );
}

export function ZoneSwitch() {
  const { zone } = useStore(preferences);
  const { t } = useLingui();
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <select
      className="switch"
      aria-label={t`Time zone`}
      value={zone}
      onChange={(event) => preferences.update({ zone: event.target.value as Preferences["zone"] })}
    >
      <option value="local">{t`Local (${local})`}</option>
      <option value="utc">UTC</option>
    </select>
  );
}
