import { defineConfig } from "vite";

export default defineConfig({
  base: "/peer/",
  // The mirror is the page's own, with its own library.
  build: { outDir: "built", emptyOutDir: true, target: "es2023" },
  oxc: { jsx: { runtime: "automatic" } },
});
