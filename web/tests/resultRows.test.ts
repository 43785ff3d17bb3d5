import { expect, test } from "vitest";
import { parseExact } from "@/lib/exactJson";
import { arrange, cellOf, cellText, columnsOf, rowLists, VALUE_COLUMN } from "@/ui/resultRows";

test("a list at the top is the table", () => {
  expect(rowLists([{ a: 1 }])).toEqual([{ path: "", rows: [{ a: 1 }] }]);
});

test("lists inside are found, lists of objects first, nearer ones before deeper ones", () => {
  const answer = { tags: ["x"], meta: { data: { items: [{ a: 1 }] } }, users: [{ b: 1 }] };
  expect(rowLists(answer).map(({ path }) => path)).toEqual(["users", "meta.data.items", "tags"]);
});

test("an answer without lists, or with empty ones, has no table", () => {
  expect(rowLists({ a: 1, b: [] })).toEqual([]);
  expect(rowLists("text")).toEqual([]);
  expect(rowLists(null)).toEqual([]);
});

test("columns are all names of all rows, in order of appearance, by the type of their values", () => {
  const rows = parseExact(
    '[{"id":9007199254740993,"ok":true},{"id":2,"name":"x","tags":[1],"mixed":1},{"name":null,"mixed":"x"}]',
  ) as unknown[];
  expect(columnsOf(rows).shown).toEqual([
    { name: "id", kind: "number" },
    { name: "ok", kind: "boolean" },
    { name: "name", kind: "text" },
    { name: "tags", kind: "json" },
    { name: "mixed", kind: "text" },
  ]);
});

test("a list of plain values has one column", () => {
  expect(columnsOf([1, 2]).shown).toEqual([{ name: VALUE_COLUMN, kind: "number" }]);
  expect(cellOf(7, VALUE_COLUMN)).toBe(7);
});

test("cells say what was sent: digits, nested JSON, null, and nothing where nothing was", () => {
  const [row] = parseExact('[{"n":12.50,"o":{"a":[1.10]},"z":null,"s":"x"}]') as unknown[];
  const text = (name: string) => cellText(cellOf(row, name));
  expect(text("n")).toBe("12.50");
  expect(text("o")).toBe('{"a":[1.10]}');
  expect(text("z")).toBe("null");
  expect(text("s")).toBe("x");
  expect(text("absent")).toBe("");
});

test("rows that each have a name of their own are cut, and counted, at once", () => {
  const rows = Array.from({ length: 50_000 }, (_, at) => ({ [`k${at}`]: at }));
  const { shown, all } = columnsOf(rows);
  expect(all).toBe(50_000);
  expect(shown.length).toBe(300);
});

test("names of the prototype are no cells", () => {
  expect(cellOf({}, "constructor")).toBeUndefined();
});

test("numbers sort as numbers, also beyond 2^53; what is empty comes last either way", () => {
  const rows = parseExact(
    '[{"n":10},{"n":9007199254740993},{"n":null},{"n":9007199254740992},{"n":9},{}]',
  ) as unknown[];
  const columns = columnsOf(rows).shown;
  expect(arrange(rows, columns, "", { column: "n", descending: false })).toEqual([
    4, 0, 3, 1, 2, 5,
  ]);
  expect(arrange(rows, columns, "", { column: "n", descending: true })).toEqual([1, 3, 0, 4, 2, 5]);
});

test("filtering keeps rows that hold the words in any column, whatever the case", () => {
  const rows = [
    { a: "Berlin", b: 1 },
    { a: "Rome", b: 21 },
    { a: "x", c: { city: "BERLIN" } },
  ];
  expect(arrange(rows, columnsOf(rows).shown, " berlin ", null)).toEqual([0, 2]);
  expect(arrange(rows, columnsOf(rows).shown, "1", null)).toEqual([0, 1]);
});
