import { expect, test } from "vitest";
import { parseExact } from "@/lib/exactJson";
import { cellOf, cellText, columnsOf, VALUE_COLUMN } from "@/ui/tableColumns";

const NONE: ReadonlyMap<string, boolean> = new Map();
const read = (text: string) => parseExact(text) as unknown[];
const named = (rows: unknown[], choices = NONE) =>
  columnsOf(rows, choices).shown.map(({ name, kind }) => [name, kind]);

test("columns are all names of all rows, in order of appearance, by the type of their values", () => {
  const rows = read(
    '[{"id":9007199254740993,"ok":true},{"id":2,"name":"x","tags":[1],"mixed":1},{"name":null,"mixed":"x","at":"2026-11-24T10:00:00Z"}]',
  );
  expect(named(rows)).toEqual([
    ["id", "number"],
    ["ok", "boolean"],
    ["name", "text"],
    ["tags", "json"],
    ["mixed", "text"],
    ["at", "time"],
  ]);
});

test("small objects in a row unfold into columns, and can be folded again", () => {
  const rows = read('[{"id":1,"user":{"name":"Ann","home":{"city":"Rome"}}},{"id":2,"user":null}]');
  expect(named(rows)).toEqual([
    ["id", "number"],
    ["user.name", "text"],
    ["user.home", "json"],
  ]);
  expect(columnsOf(rows, NONE).nested).toEqual([
    { id: "/user", name: "user", unfolded: true },
    { id: "/user/home", name: "user.home", unfolded: false },
  ]);
  const deeper = new Map([["/user/home", true]]);
  expect(named(rows, deeper).at(-1)).toEqual(["user.home.city", "text"]);
  expect(named(rows, new Map([["/user", false]]))).toEqual([
    ["id", "number"],
    ["user", "json"],
  ]);
});

test("large objects, and places that hold other things too, stay one column until asked", () => {
  const wide = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, at]));
  expect(named([{ wide }])).toEqual([["wide", "json"]]);
  expect(named([{ wide }], new Map([["/wide", true]]))).toHaveLength(20);
  expect(named([{ a: { b: 1 } }, { a: 7 }], new Map([["/a", true]]))).toEqual([["a", "text"]]);
});

test("a name with a point is not taken for a place inside", () => {
  const rows = [{ "a.b": 1, a: { b: 2 } }];
  const { shown } = columnsOf(rows, NONE);
  expect(shown.map(({ id }) => id)).toEqual(["/a.b", "/a/b"]);
  expect(shown.map((column) => cellOf(rows[0], column))).toEqual([1, 2]);
});

test("a list of plain values has one column", () => {
  const [column] = columnsOf([1, 2], NONE).shown;
  expect(column).toMatchObject({ name: VALUE_COLUMN, kind: "number", path: [] });
  expect(cellOf(7, { path: [] })).toBe(7);
});

test("cells say what was sent: digits, nested JSON, null, and nothing where nothing was", () => {
  const [row] = read('[{"n":12.50,"o":{"a":[1.10]},"z":null,"s":"x"}]');
  const text = (name: string) => cellText(cellOf(row, { path: [name] }));
  expect(text("n")).toBe("12.50");
  expect(text("o")).toBe('{"a":[1.10]}');
  expect(text("z")).toBe("null");
  expect(text("s")).toBe("x");
  expect(text("absent")).toBe("");
});

test("rows that each have a name of their own are cut, and counted, at once", () => {
  const rows = Array.from({ length: 50_000 }, (_, at) => ({ [`k${at}`]: at }));
  const { shown, all } = columnsOf(rows, NONE);
  expect(all).toBe(50_000);
  expect(shown.length).toBe(300);
});

test("names of the prototype are no cells", () => {
  expect(cellOf({}, { path: ["constructor"] })).toBeUndefined();
});
