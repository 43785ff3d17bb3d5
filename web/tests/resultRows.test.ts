import { expect, test } from "vitest";
import { parseExact } from "@/lib/exactJson";
import { arrange, rowLists } from "@/ui/resultRows";
import type { Column } from "@/ui/tableColumns";

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

test("numbers sort as numbers, also beyond 2^53; what is empty comes last either way", () => {
  const rows = parseExact(
    '[{"n":10},{"n":9007199254740993},{"n":null},{"n":9007199254740992},{"n":9},{}]',
  ) as unknown[];
  const column: Column = { id: "/n", name: "n", path: ["n"], kind: "number" };
  expect(arrange(rows, "", { column, descending: false })).toEqual([4, 0, 3, 1, 2, 5]);
  expect(arrange(rows, "", { column, descending: true })).toEqual([1, 3, 0, 4, 2, 5]);
});

test("filtering keeps rows that hold the words in any column, whatever the case", () => {
  const rows = [
    { a: "Berlin", b: 1 },
    { a: "Rome", b: 21 },
    { a: "x", c: { city: "BERLIN" } },
  ];
  expect(arrange(rows, " berlin ", null)).toEqual([0, 2]);
  expect(arrange(rows, "1", null)).toEqual([0, 1]);
});
