// Prints what a first visit loads, in gzip: the document, its scripts and styles, and one language.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../../page/built/", import.meta.url).pathname;
const LARGEST = 300_000;
const html = readFileSync(`${folder}index.html`, "utf8");
const named = [...html.matchAll(/(?:src|href)="\/page\/([^"]+)"/g)].map((found) => found[1] ?? "");
const size = (path) => gzipSync(readFileSync(folder + path), { level: 9 }).length;
const all = readdirSync(`${folder}assets`).filter((name) => /\.(js|css)$/.test(name));
const later = all.map((name) => `assets/${name}`).filter((path) => !named.includes(path));
const first = named.reduce((sum, path) => sum + size(path), gzipSync(html).length);
const out = (line) => process.stdout.write(`${line}\n`);

for (const path of named) out(`first  ${String(size(path)).padStart(7)}  ${path}`);
for (const path of later) out(`later  ${String(size(path)).padStart(7)}  ${path}`);
out(`first load without what a page adds: ${first} bytes gzip (at most ${LARGEST})`);
process.exitCode = first > LARGEST ? 1 : 0;
