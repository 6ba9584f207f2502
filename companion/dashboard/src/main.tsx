import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api/queries";
import { findSession } from "./session/keeping";
import { Entrance } from "./shell/Entrance";
import { followLanguage } from "./texts/texts";

const SLOW_MS = 400;
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function begin(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("the document has no root");
  // Nothing is drawn before there are words for it; a companion that is slow to say who we are is waited for in words.
  await Promise.all([followLanguage(), Promise.race([findSession(), later(SLOW_MS)])]);
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queries}>
          <Entrance />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

void begin();
