// Unsaved changes of a query, kept in the browser until they are saved or thrown away.
import type { Answer } from "@/api/client";
import type { Query } from "@/api/types";
import { parseExact, stringifyExact } from "@/lib/exactJson";
import { readWork, removeWork, writeWork } from "@/lib/work";
import { type Draft, draftOf, requestOf } from "./draft";

export interface KeptDraft {
  /** The saved query that was changed, in the version that the next save is based on. */
  base: Answer<Query>;
  draft: Draft;
}

/** A file in the body may be larger than a browser keeps; such work is guarded instead. */
const LONGEST = 1_000_000;

export function draftName(query: string): string {
  return `draft.${query}`;
}

/** False when it could not be kept: too long, or the storage is full. */
export function keepDraft(query: string, kept: KeptDraft): boolean {
  const text = stringifyExact(kept);
  if (text.length <= LONGEST && writeWork(draftName(query), text)) return true;
  removeWork(draftName(query));
  return false;
}

export function dropDraft(query: string): void {
  if (readWork(draftName(query)) !== null) removeWork(draftName(query));
}

/** What was kept, or null. What another version of the page kept is completed from the query. */
export function keptDraft(query: string): KeptDraft | null {
  const text = readWork(draftName(query));
  if (text === null) return null;
  try {
    const { base, draft } = parseExact(text) as KeptDraft;
    const whole = { ...draftOf(base.data), ...draft };
    // Throws where the shape is another one; the editor would, at every visit.
    requestOf(whole);
    return { base, draft: whole };
  } catch {
    return null;
  }
}
