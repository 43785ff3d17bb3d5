import { expect, test } from "vitest";
import { draftOf } from "@/features/queries/draft";
import { draftName, keepDraft, keptDraft } from "@/features/queries/keptDraft";
import { writeWork } from "@/lib/work";
import { aQuery } from "./fakeQueries";

const base = { data: aQuery(), etag: '"1"' };

test("a draft is kept and comes back as it was", () => {
  const draft = { ...draftOf(base.data), path: "/changed" };
  expect(keepDraft("q1", { base, draft })).toBe(true);
  expect(keptDraft("q1")).toEqual({ base, draft });
});

test.each([
  "null",
  "{}",
  '{"base":null,"draft":{}}',
  JSON.stringify({ base, draft: { headers: 5 } }),
  JSON.stringify({ base, draft: { params: [null] } }),
  JSON.stringify({ base, draft: { method: 1, limits: null } }),
])("what is no draft is none, and breaks nothing: %s", (text) => {
  writeWork(draftName("q1"), text);
  expect(keptDraft("q1")).toBeNull();
});
