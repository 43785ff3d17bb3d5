import { expect, test } from "vitest";
import { expiryOf, shortName } from "@/lib/certificate";
import { pairsFromText } from "@/lib/pairText";
import { fieldErrors, pointer } from "@/lib/pointer";
import { relativeTime } from "@/lib/relativeTime";

const NOW = Date.parse("2026-11-24T12:00:00Z");

test.each([
  ["2026-11-21T12:00:00Z", "3 days ago"],
  ["2026-11-23T11:00:00Z", "yesterday"],
  ["2026-11-24T11:15:00Z", "45 minutes ago"],
  ["2026-11-24T11:59:58Z", "just now"],
  ["2026-12-10T12:00:00Z", "in 2 weeks"],
])("%s is %s", (at, words) => {
  expect(relativeTime(at, NOW)).toBe(words);
});

test("pointers escape ~ and /", () => {
  expect(pointer("headers", 0, "a/b~c")).toBe("/headers/0/a~1b~0c");
});

test("several words about one field stand together", () => {
  const words = fieldErrors([
    { pointer: "/a", detail: "One." },
    { pointer: "/a", detail: "Two." },
  ]);
  expect(words.get("/a")).toBe("One. Two.");
});

test.each([
  [
    "Accept: text/html\nX-Id: 7\n",
    [
      { name: "Accept", value: "text/html" },
      { name: "X-Id", value: "7" },
    ],
  ],
  ["X-Time: 10:30", [{ name: "X-Time", value: "10:30" }]],
  ["https://example.com", null],
  ["just words\nand more", null],
  ["", null],
])("pasted %j becomes rows or stays text", (text, rows) => {
  expect(pairsFromText(text)).toEqual(rows);
});

test.each([
  ["CN=localhost,O=Demo", "localhost"],
  ["O=Demo\\, Inc.,C=DE", "Demo, Inc."],
  ["", "(no name)"],
])("%s is called %s", (name, short) => {
  expect(shortName(name)).toBe(short);
});

test.each([
  ["2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z", "valid"],
  ["2026-01-01T00:00:00Z", "2026-12-10T00:00:00Z", "soon"],
  ["2025-01-01T00:00:00Z", "2026-11-24T11:00:00Z", "expired"],
  ["2026-12-01T00:00:00Z", "2027-12-01T00:00:00Z", "later"],
])("a certificate from %s to %s is %s", (not_before, not_after, expiry) => {
  expect(expiryOf({ not_before, not_after }, NOW)).toBe(expiry);
});
