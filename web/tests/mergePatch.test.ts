import { expect, test } from "vitest";
import { deepEqual, diff } from "@/lib/mergePatch";

test("equal values give an empty patch", () => {
  expect(diff({ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 2] } })).toEqual({});
});

test("only changed members are sent, at any depth", () => {
  expect(diff({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 1, d: 3 } })).toEqual({ b: { d: 3 } });
});

test("a list is sent whole", () => {
  expect(diff({ a: [1, 2] }, { a: [1, 2, 3] })).toEqual({ a: [1, 2, 3] });
});

test("a removed member is sent as null", () => {
  expect(diff({ a: 1, b: 2 }, { a: 1 })).toEqual({ b: null });
});

test("text in place of an object replaces it, null clears it", () => {
  expect(diff({ a: { set: true } }, { a: "new" })).toEqual({ a: "new" });
  expect(diff({ a: { set: true } }, { a: null })).toEqual({ a: null });
});

test("the order of members does not make a difference, the order of a list does", () => {
  expect(deepEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(deepEqual([1, 2], [2, 1])).toBe(false);
});
