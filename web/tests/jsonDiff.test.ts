import { expect, test } from "vitest";
import { parseExact } from "@/lib/exactJson";
import { jsonDiff } from "@/lib/jsonDiff";
import { jsonPath } from "@/lib/jsonPath";

function differences(before: string, after: string): string[] {
  const { changes } = jsonDiff(parseExact(before), parseExact(after));
  return changes.map(({ kind, path }) => `${kind} ${path}`);
}

test.each([
  ['{"a":1}', '{"a":2}', ["changed $.a"]],
  ['{"a":1}', '{"b":1}', ["removed $.a", "added $.b"]],
  ['{"a":{"b":[1,2]}}', '{"a":{"b":[1,3,4]}}', ["changed $.a.b[1]", "added $.a.b[2]"]],
  ['{"a":null}', "{}", ["removed $.a"]],
  ['{"a":[]}', '{"a":{}}', ["changed $.a"]],
  ["1", "2", ["changed $"]],
  ['{"a":[1,{"b":2}]}', '{ "a": [1, {"b": 2}] }', []],
])("%s to %s", (before, after, expected) => {
  expect(differences(before, after)).toEqual(expected);
});

test("items that have an id are the same item wherever they stand", () => {
  expect(
    differences('[{"id":1,"n":"a"},{"id":2,"n":"b"}]', '[{"id":2,"n":"c"},{"id":3,"n":"d"}]'),
  ).toEqual(["removed $[?@.id==1]", "changed $[?@.id==2].n", "added $[?@.id==3]"]);
});

test("an id that two items share tells nothing apart", () => {
  expect(differences('[{"id":1,"n":1},{"id":1,"n":2}]', '[{"id":1,"n":1},{"id":1,"n":3}]')).toEqual(
    ["changed $[1].n"],
  );
});

test("numbers differ by their digits, beyond what a float tells apart too", () => {
  expect(differences("[9007199254740993]", "[9007199254740992]")).toEqual(["changed $[0]"]);
  expect(differences("[1.10]", "[1.1]")).toEqual(["changed $[0]"]);
});

test("what differs everywhere is cut, and says so", () => {
  const list = (by: number) => Array.from({ length: 2_000 }, (_, at) => at + by);
  const { changes, more } = jsonDiff(list(0), list(1));
  expect(changes).toHaveLength(500);
  expect(more).toBe(true);
});

test("paths are JSONPath, in brackets where a name is no plain one", () => {
  expect(jsonPath(["a", 0, "b c", "it's", "ß", 'say "x"', "\n"])).toBe(
    "$.a[0]['b c']['it\\'s'].ß['say \"x\"']['\\n']",
  );
});
