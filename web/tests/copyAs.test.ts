import { expect, test } from "vitest";
import { asCommand, asPython, shellWord } from "@/features/queries/copyAs";
import { parseExact } from "@/lib/exactJson";

const SERVER = "https://keep.example.com";

test.each([
  ["plain-1", "plain-1"],
  ["two words", "'two words'"],
  ["it's", "'it'\\''s'"],
  ['$(x) `y` "z"', "'$(x) `y` \"z\"'"],
  ["", "''"],
  // A terminal would obey them while they are pasted: end of the paste, interrupt, erase.
  ["\u001b[201~\u0003\nid", "$'\\033[201~\\003\\012id'"],
  ["it's\t\\\u007f", "$'it\\047s\\011\\134\\177'"],
])("%j is the shell word %s", (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test("a command gives every value as it was typed", () => {
  const parameters = parseExact('{"id":9007199254740993,"name":"a b","tags":["x"]}');
  expect(asCommand(SERVER, "my query", parameters as Record<string, unknown>)).toBe(
    "sourcekeep run 'my query' -p id=9007199254740993 -p 'name=a b' -p 'tags=[\"x\"]' --server https://keep.example.com",
  );
});

test("a Python program gives numbers exactly, and names that are words of Python too", () => {
  const parameters = parseExact('{"n":1.10,"from":"x","ok":true,"no":null,"o":{"a":[1]}}');
  const text = asPython(SERVER, "q", parameters as Record<string, unknown>);
  expect(text).toContain("from decimal import Decimal");
  expect(text).toContain(
    'keep.run("q", n=Decimal("1.10"), **{"from": "x"}, ok=True, no=None, o={"a": [1]})',
  );
  expect(text).toContain('os.environ["SOURCEKEEP_TOKEN"]');
});

test("a query whose name looks like an option stays a name", () => {
  expect(asCommand(SERVER, "--server=https://evil.example", {})).toBe(
    "sourcekeep run --server https://keep.example.com -- --server=https://evil.example",
  );
});

test("nothing in a Python program erases what stands before it", () => {
  expect(asPython(SERVER, "q", { a: "\u007f\u001b" })).toContain('a="\\x7f\\u001b"');
});
