import { expect, test } from "vitest";
import { fitted, NARROWEST, WIDEST, widened, widthsOf } from "@/ui/columnWidths";
import type { Column } from "@/ui/tableColumns";

const NAME: Column = { id: "/name", name: "name", path: ["name"], kind: "text" };
const NOTE: Column = { id: "/note", name: "note", path: ["note"], kind: "text" };
const ROWS = [{ name: "Ada", note: "long ".repeat(20) }];

test("a column is as wide as its values need, and none takes the whole table", () => {
  const [name, note] = widthsOf(ROWS, [NAME, NOTE], new Map());
  expect(name).toBeLessThan(note ?? 0);
  expect(note).toBe(340);
});

test("what a person said of a column holds, within reason; the others stay", () => {
  const said = widened(new Map(), NAME, 500);
  expect(widthsOf(ROWS, [NAME, NOTE], said)).toEqual([500, 340]);
  expect(widened(said, NAME, 1).get(NAME.id)).toBe(NARROWEST);
  expect(widened(said, NAME, 9_999).get(NAME.id)).toBe(WIDEST);
});

test("fitted to its values, a column shows all of them", () => {
  expect(fitted(new Map(), NOTE, ROWS).get(NOTE.id)).toBeGreaterThan(100 * 7);
});
