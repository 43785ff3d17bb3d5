// The runs of the open queries: they go on, and keep their results, while another query is looked at.
import { useCallback, useSyncExternalStore } from "react";
import type { Preview } from "@/lib/preview";
import type { RunAnswer } from "@/lib/runAnswer";
import { onWorkForgotten } from "@/lib/work";

export type RunState =
  | { phase: "idle" }
  | { phase: "running"; startedAt: number }
  | { phase: "answered"; answer: RunAnswer }
  | { phase: "cancelled"; afterMs: number }
  | { phase: "refused"; error: unknown };

export type PreviewState = { preview: Preview } | { error: unknown } | null;

export interface RunEntry {
  state: RunState;
  /** A preview in place of the result, while one is looked at. */
  preview: PreviewState;
  last: RunAnswer | null;
  /** The answer before the last one, to compare with. */
  previous: RunAnswer | null;
  /** What a preview says of the request that was run last. */
  whoSet: () => Promise<Preview>;
}

const NOTHING: RunEntry = {
  state: { phase: "idle" },
  preview: null,
  last: null,
  previous: null,
  whoSet: () => Promise.reject(new Error("Nothing was run yet.")),
};

const entries = new Map<string, RunEntry>();
const controls = new Map<string, AbortController>();
const listeners = new Set<() => void>();

function put(query: string, change: Partial<RunEntry>): void {
  entries.set(query, { ...(entries.get(query) ?? NOTHING), ...change });
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Ends what goes on and forgets the results; of one query, or of all. */
export function forgetRuns(query?: string): void {
  for (const id of query === undefined ? [...entries.keys()] : [query]) {
    controls.get(id)?.abort();
    controls.delete(id);
    entries.delete(id);
  }
  for (const listener of [...listeners]) listener();
}
onWorkForgotten(() => forgetRuns());

export type Send = (signal: AbortSignal) => Promise<RunAnswer>;

async function start(
  query: string,
  send: Send,
  whoSet: () => Promise<Preview>,
  whenDone: () => void,
): Promise<void> {
  if (controls.has(query)) return;
  const control = new AbortController();
  const startedAt = performance.now();
  controls.set(query, control);
  put(query, { state: { phase: "running", startedAt }, preview: null, whoSet });
  let next: RunState;
  try {
    next = { phase: "answered", answer: await send(control.signal) };
  } catch (error) {
    next = control.signal.aborted
      ? { phase: "cancelled", afterMs: performance.now() - startedAt }
      : { phase: "refused", error };
  }
  // Closed meanwhile: nobody asks any more.
  if (controls.get(query) !== control) return;
  controls.delete(query);
  const answers =
    next.phase === "answered"
      ? { last: next.answer, previous: entries.get(query)?.last ?? null }
      : {};
  put(query, { state: next, ...answers });
  whenDone();
}

export interface Runner extends RunEntry {
  start: (send: Send, whoSet: () => Promise<Preview>) => void;
  /** Closes the connection; the server stops the run, since nobody waits for it. */
  cancel: () => void;
  show: (preview: PreviewState) => void;
  clear: () => void;
}

export function useRun(query: string, whenDone: () => void): Runner {
  const entry = useSyncExternalStore(
    subscribe,
    useCallback(() => entries.get(query) ?? NOTHING, [query]),
  );
  return {
    ...entry,
    start: (send, whoSet) => void start(query, send, whoSet, whenDone),
    cancel: () => controls.get(query)?.abort(),
    show: (preview) => put(query, { preview }),
    clear: () => put(query, { state: NOTHING.state, preview: null }),
  };
}

/** Ids of the queries that run now. */
export function useRunning(): ReadonlySet<string> {
  const text = useSyncExternalStore(subscribe, () => [...controls.keys()].join("\n"));
  return new Set(text === "" ? [] : text.split("\n"));
}
