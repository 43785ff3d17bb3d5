import { expect, test } from "vitest";
import { parseExact } from "@/lib/exactJson";
import { jsonPath } from "@/lib/jsonPath";
import { search, stepsOf, unfoldedAtFirst, valueText, visibleNodes } from "@/ui/jsonNodes";

const VALUE = parseExact('{"a":[1.10,{"b":"x"}],"c":{},"d":null}') as Record<string, unknown>;
const paths = (unfolded: Set<unknown>) =>
  visibleNodes(VALUE, unfolded).map((node) => jsonPath(stepsOf(node)));

test("only what stands unfolded is shown, in its order", () => {
  expect(paths(new Set())).toEqual(["$"]);
  expect(paths(new Set([VALUE]))).toEqual(["$", "$.a", "$.c", "$.d"]);
  expect(paths(new Set([VALUE, VALUE.a]))).toEqual(["$", "$.a", "$.a[0]", "$.a[1]", "$.c", "$.d"]);
});

test("values say what was sent, containers how much they hold", () => {
  const texts = visibleNodes(VALUE, new Set([VALUE, VALUE.a])).map(valueText);
  expect(texts).toEqual(["{…}", "[…]", "1.10", "{…}", "{}", "null"]);
});

test("at first as much is unfolded as fits, and the whole in any case", () => {
  const big = Array.from({ length: 1_000 }, () => ({ a: 1 }));
  expect(unfoldedAtFirst(big, 200)).toEqual(new Set([big]));
  expect(unfoldedAtFirst(VALUE, 200).size).toBe(4);
});

test("names and values are found, with the way to them, from top to bottom", () => {
  const found = search(VALUE, "B");
  expect(found).toEqual([{ within: [VALUE, VALUE.a, (VALUE.a as unknown[])[1]], step: "b" }]);
  expect(search(VALUE, "1.10").map(({ step }) => step)).toEqual([0]);
  expect(search(VALUE, " ")).toEqual([]);
});

test("a thousand matches are enough", () => {
  const rows = Array.from({ length: 5_000 }, () => ({ a: "x" }));
  expect(search(rows, "x")).toHaveLength(1_000);
});
