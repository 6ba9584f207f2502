import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

/** Each page has its own catalogue beside it, so that two people can write two pages at once. */
const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en", "tr"],
  catalogs: [
    { path: "<rootDir>/src/pages/{name}/texts/{locale}", include: ["<rootDir>/src/pages/{name}/"] },
    {
      path: "<rootDir>/src/texts/{locale}",
      include: ["<rootDir>/src/"],
      exclude: ["<rootDir>/src/pages/*/**"],
    },
  ],
  runtimeConfigModule: { Trans: ["#trans", "Trans"] },
  format: formatter({ origins: false }),
  orderBy: "message",
};

export default config;
