import { expect, test } from "vitest";
import { chartData, firstChoice } from "@/ui/chartData";
import { columnsOf } from "@/ui/tableColumns";

const ROWS = [
  { id: 1, at: "2026-11-02T00:00:00Z", name: "b", n: 5, m: null },
  { id: 2, at: "2026-11-01T00:00:00Z", name: "a", n: 7, m: 2.5 },
];
const COLUMNS = columnsOf(ROWS, new Map()).shown;

test("values over time are guessed first, and an id is no value", () => {
  expect(firstChoice(COLUMNS)).toEqual({ kind: "line", x: "/at", y: ["/n"] });
  const named = columnsOf([{ name: "a", n: 1 }], new Map()).shown;
  expect(firstChoice(named)).toEqual({ kind: "bar", x: "/name", y: ["/n"] });
});

test("points run in the order of time, with gaps where there is no value", () => {
  const data = chartData(ROWS, COLUMNS, { kind: "line", x: "/at", y: ["/n", "/m"] });
  expect(data.xKind).toBe("time");
  expect(data.x).toEqual([Date.UTC(2026, 10, 1) / 1000, Date.UTC(2026, 10, 2) / 1000]);
  expect(data.series).toEqual([
    { name: "n", values: [7, 5] },
    { name: "m", values: [2.5, null] },
  ]);
});

test("names stand below their bars in the order of the rows", () => {
  const data = chartData(ROWS, COLUMNS, { kind: "bar", x: "/name", y: ["/n"] });
  expect([data.xKind, data.labels, data.x]).toEqual(["label", ["b", "a"], [0, 1]]);
});

test("more bars than a screen has pixels are cut, and counted", () => {
  const rows = Array.from({ length: 1_500 }, (_, at) => ({ n: at }));
  const columns = columnsOf(rows, new Map()).shown;
  const data = chartData(rows, columns, { kind: "bar", x: "", y: ["/n"] });
  expect([data.x.length, data.cut]).toEqual([1_000, 500]);
});
