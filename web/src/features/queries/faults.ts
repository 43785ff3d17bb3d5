// From a refusal to the field and tab it is about. Pointers here are the screen's: a row's place counts
// the rows on screen, and a value to run with is `/values/<name>`.
import type { ApiProblem } from "@/lib/problem";
import type { RunFailure, Stage } from "@/lib/runAnswer";
import { type Draft, isFilled, isFilledPart, isNamed } from "./draft";
import { valuePointer } from "./parameterInput";

export type Faults = ReadonlyMap<string, string>;
export const NO_FAULTS: Faults = new Map();

export type TabId = "params" | "headers" | "cookies" | "body" | "parameters" | "settings";

const TAB_OF: Record<string, TabId> = {
  params: "params",
  headers: "headers",
  cookies: "cookies",
  body: "body",
  parameters: "parameters",
  limits: "settings",
  retry: "settings",
};

/** The tab a pointer's field stands in; null for what is always in view. */
export function tabOf(pointer: string): TabId | null {
  return TAB_OF[pointer.split("/")[1] ?? ""] ?? null;
}

/** A save's pointers are into the query; a run's may be into `{"query", "parameters"}` as well. */
export function faultsOf(problem: ApiProblem, draft: Draft, of: "save" | "run"): Faults {
  const faults = new Map<string, string>();
  for (const { pointer, detail } of problem.errors) {
    if (pointer === "" || pointer.startsWith("/source/")) continue;
    const at = onScreen(of === "run" ? inQuery(pointer) : pointer, draft);
    const before = faults.get(at);
    faults.set(at, before ? `${before} ${detail}` : detail);
  }
  return faults;
}

function inQuery(pointer: string): string {
  const inside = pointer.startsWith("/query/") ? pointer.slice("/query".length) : pointer;
  const value = /^\/parameters\/([^/]+)/.exec(inside)?.[1];
  // A number is a definition's place; a name is a value that was given.
  return value !== undefined && !/^\d+$/.test(value) ? valuePointer(value) : inside;
}

/** Rows that hold nothing were not sent: count them back in. */
function onScreen(pointer: string, draft: Draft): string {
  const steps = pointer.split("/");
  const nested = steps[1] === "body";
  const at = nested ? 3 : 2;
  const sent = sentPlaces(nested ? `body.${steps[2]}` : (steps[1] ?? ""), draft);
  const place = sent?.[Number(steps[at])];
  return place === undefined ? pointer : steps.with(at, String(place)).join("/");
}

function sentPlaces(list: string, draft: Draft): number[] | null {
  switch (list) {
    case "params":
    case "headers":
    case "cookies":
      return places(draft[list], isFilled);
    case "parameters":
      return places(draft.parameters, isNamed);
    case "body.fields":
      return places(draft.body.fields, isFilled);
    case "body.parts":
      return places(draft.body.parts, isFilledPart);
    default:
      return null;
  }
}

function places<Row>(rows: Row[], isSent: (row: Row) => boolean): number[] {
  return rows.flatMap((row, at) => (isSent(row) ? [at] : []));
}

/** Rows of these lists were added or removed: what was said about places no longer holds. */
export function faultsAfter(faults: Faults, before: Draft, after: Draft): Faults {
  if (faults.size === 0) return faults;
  const kept = [...faults].filter(([pointer]) => !isTouched(pointer, before, after));
  return kept.length === faults.size ? faults : new Map(kept);
}

function isTouched(pointer: string, before: Draft, after: Draft): boolean {
  const first = pointer.split("/")[1] ?? "";
  if (first === "values") return before.parameters !== after.parameters;
  return before[first as keyof Draft] !== after[first as keyof Draft];
}

/** A refused call as a failure to show: nothing was sent. */
export function failureOf(problem: ApiProblem): RunFailure {
  const { stage, hint } = problem.body;
  return {
    code: problem.code,
    stage: (typeof stage === "string" ? stage : "compose") as Stage,
    title: problem.title,
    detail: problem.detail,
    hint: typeof hint === "string" && hint !== "" ? hint : null,
    retryable: false,
  };
}

/** True when what is wrong is the data source's own, not the query's. */
export function isAboutSource(problem: ApiProblem): boolean {
  return problem.errors.some(({ pointer }) => pointer.startsWith("/source/"));
}
