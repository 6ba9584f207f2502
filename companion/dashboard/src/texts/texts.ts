import { i18n, type Messages } from "@lingui/core";
import { type Language, preferences } from "../preferences/preferences";

const CATALOGUES: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import("./english"),
  tr: () => import("./turkish"),
};

/** Loads a language, whole, and makes it the page's. */
export async function speak(language: Language): Promise<void> {
  const { messages } = await CATALOGUES[language]();
  // Another one may have been chosen while this one was loading.
  if (preferences.get().language !== language) return;
  i18n.loadAndActivate({ locale: language, messages });
}

/** Speaks the language of choice, now and after each other choice. */
export async function followLanguage(): Promise<void> {
  let spoken = preferences.get().language;
  preferences.subscribe(() => {
    const { language } = preferences.get();
    if (language !== spoken) void speak(language);
    spoken = language;
  });
  await speak(spoken);
}
