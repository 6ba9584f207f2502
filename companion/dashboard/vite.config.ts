import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The companion that `npm run dev` shows: that of `make run`, unless another one is named. */
const COMPANION = "http://127.0.0.1:8090";

export default defineConfig({
  base: "/page/",
  // A text that is missing in one of the languages fails the build.
  plugins: [react(), lingui({ macroTransform: true, failOnMissing: true, failOnCompileError: true })],
  // The companion replaces it in each response by a fresh one (companion/page/build.py).
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "../page/built",
    emptyOutDir: true,
    target: "es2023",
    // Everything is a file of its own: a policy without `data:` for scripts and fonts stays possible.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      "/api": COMPANION,
      "/ws": { target: COMPANION, ws: true },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
