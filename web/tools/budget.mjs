// Fails when the script of the first page, compressed, is over its budget (look.md: 230 kB).
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 230_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), "../../src/sourcekeep/doors/web/dist");

const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));

/** The chunk and everything it imports before it can run. */
function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) withImports(next, seen);
  return seen;
}

const first = ["index.html", "src/features/sources/SourcesPage.tsx"];
const keys = new Set(first.flatMap((key) => [...withImports(key)]));
let total = 0;
for (const key of keys) {
  const { file } = manifest[key];
  const size = gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  total += size;
  process.stdout.write(`${String(size).padStart(8)}  ${file}\n`);
}
process.stdout.write(`${String(total).padStart(8)}  first page, gzip; budget ${BUDGET_BYTES}\n`);
if (total > BUDGET_BYTES) {
  process.stderr.write("The first page's script is over its budget.\n");
  process.exit(1);
}
