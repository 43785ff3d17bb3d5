// The floors of the page: app > features/<noun> > ui | api > lib, flat folders, small files.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), "../src");
const LONGEST_FILE = 250;

/** What each floor may import, itself included. */
const MAY_IMPORT: Record<string, string[]> = {
  app: ["app", "features", "ui", "api", "lib"],
  features: ["ui", "api", "lib"],
  ui: ["ui", "lib"],
  api: ["api", "lib"],
  lib: ["lib"],
};

/** Shapes alone, no calls: what `ui` draws. */
const SHAPES = "api/types";

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)));

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const names = [...text.matchAll(/(?:from|import\(|import)\s*["']([^"']+)["']/g)].map((m) => m[1]);
  return names.flatMap((name) => {
    if (name?.startsWith("@/")) return [name.slice(2)];
    if (name?.startsWith(".")) return [relative(SRC, resolve(SRC, dirname(file), name))];
    return [];
  });
}

/** "features/sources" for a feature's file, else the floor alone. */
function place(file: string): string {
  const [floor, noun] = file.split("/");
  return floor === "features" ? `features/${noun}` : String(floor);
}

const inner = files.filter((file) => file !== "main.tsx");

test.each(inner)("%s imports only from its own place and lower floors", (file) => {
  const floor = String(file.split("/")[0]);
  for (const target of importsOf(file)) {
    const targetFloor = String(target.split("/")[0]);
    const fine =
      place(target) === place(file) ||
      MAY_IMPORT[floor]?.includes(targetFloor) ||
      (floor === "ui" && target === SHAPES);
    expect(fine, `${file} imports ${target}`).toBe(true);
  }
});

test.each(inner)("%s stands in a flat folder and is no barrel", (file) => {
  expect(file.split("/").length).toBe(file.startsWith("features/") ? 3 : 2);
  expect(file).not.toMatch(/\/index\.tsx?$/);
});

test.each(files)(`%s says what it is and stays under ${LONGEST_FILE} lines`, (file) => {
  const text = readFileSync(join(SRC, file), "utf8");
  // The API's shapes are one list, and are to be generated from its OpenAPI document.
  if (file !== "api/types.ts") expect(text.split("\n").length).toBeLessThanOrEqual(LONGEST_FILE);
  expect(text).toMatch(/^\/\/ \S/);
});
