// Fails when a text of the sources is not in the catalogues, or has no translation. `npm run texts` writes them.
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const copy = mkdtempSync(join(tmpdir(), "texts-"));
const catalogues = (folder) => globSync("src/**/texts/*.po", { cwd: folder }).sort();
/** Without the header, whose date says nothing about the texts. */
const entries = (path) => readFileSync(path, "utf8").split("\n\n").slice(1).join("\n\n").trim();
const problems = [];

try {
  cpSync(join(root, "src"), join(copy, "src"), { recursive: true });
  cpSync(join(root, "lingui.config.ts"), join(copy, "lingui.config.ts"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  execFileSync(process.execPath, [join(root, "node_modules/.bin/lingui"), "extract", "--clean"], {
    cwd: copy,
  });
  for (const path of catalogues(copy)) {
    const wanted = entries(join(copy, path));
    const found = catalogues(root).includes(path) ? entries(join(root, path)) : "";
    if (wanted !== found) problems.push(`${path}: not what the sources say; run npm run texts`);
    if (/msgstr ""\s*$|msgstr ""\n\n/.test(`${wanted}\n\n`))
      problems.push(`${path}: a translation is missing`);
  }
} finally {
  rmSync(copy, { recursive: true });
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
