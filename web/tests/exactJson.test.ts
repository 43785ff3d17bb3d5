import { expect, test } from "vitest";
import { exactNumber, parseExact, stringifyExact } from "@/lib/exactJson";
import { indented, membersOf } from "@/lib/jsonText";
import { readRunAnswer } from "@/lib/runAnswer";

test.each([
  "9007199254740993",
  "-9007199254740993",
  "12.50",
  "0.1",
  "1e400",
  "-0",
  "1.0",
  "123456789012345678901234567890.123456789",
])("the number %s is read and written digit for digit", (text) => {
  expect(stringifyExact(parseExact(`{"n":${text}}`))).toBe(`{"n":${text}}`);
});

test("a number that JavaScript holds exactly is a plain number", () => {
  expect(exactNumber("42")).toBe(42);
  expect(exactNumber("12.5")).toBe(12.5);
});

test("of a name that stands twice the last value counts", () => {
  expect(parseExact('{"a":1,"a":2}')).toEqual({ a: 2 });
});

test("the members of an object are found without reading what is in them", () => {
  const text = ' {"a" : {"x":[1,"}]",{"y":"\\\\"}]} ,"b\\"":"te\\"xt", "c":1.50,"d":[],"e":null}';
  expect([...membersOf(text)]).toEqual([
    ["a", '{"x":[1,"}]",{"y":"\\\\"}]}'],
    ['b"', '"te\\"xt"'],
    ["c", "1.50"],
    ["d", "[]"],
    ["e", "null"],
  ]);
});

test("an empty object has no members", () => {
  expect(membersOf("{ }").size).toBe(0);
});

test("indenting changes blanks only, never a token", () => {
  const text = '{"a":[1.50,{"b":"x, {y}: \\"z\\""}],"e":[ ],"o":{},"n":null}';
  expect(indented(text)).toBe(
    '{\n  "a": [\n    1.50,\n    {\n      "b": "x, {y}: \\"z\\""\n    }\n  ],\n  "e": [],\n  "o": {},\n  "n": null\n}',
  );
});

test("indenting what is nested deeper than a parser can go still works, and stops where told", () => {
  const deep = "[".repeat(50_000) + "]".repeat(50_000);
  expect(indented(deep).replaceAll(/\s/g, "")).toBe(deep);
  expect(indented(deep, 1_000).length).toBeLessThan(1_200);
});

const RESULT = {
  run: "run_1",
  status: "ok",
  data: null,
  data_encoding: null,
  error: null,
  request: { method: "GET", url: "https://x/", headers: [] },
  response: null,
  timings_ms: {},
  attempts: [],
  warnings: [],
};

test("a result keeps the upstream's JSON text byte for byte", () => {
  const text = JSON.stringify({ ...RESULT, data_encoding: "json" }).replace(
    '"data":null',
    '"data":{"id": 9007199254740993,  "price":1.10}',
  );
  const answer = readRunAnswer(text);
  expect(answer.body).toEqual({
    encoding: "json",
    text: '{"id": 9007199254740993,  "price":1.10}',
  });
  expect(answer.run).toBe("run_1");
  expect(answer).not.toHaveProperty("data");
});

test("a result's text is text, its bytes base64, and no data is none", () => {
  const read = (encoding: string | null, data: unknown) =>
    readRunAnswer(JSON.stringify({ ...RESULT, data_encoding: encoding, data })).body;
  expect(read("text", 'say "hi"\n')).toEqual({ encoding: "text", text: 'say "hi"\n' });
  expect(read("base64", "AAEC")).toEqual({ encoding: "base64", text: "AAEC" });
  expect(read(null, null)).toBeNull();
});
