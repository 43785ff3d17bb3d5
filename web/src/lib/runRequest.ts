// "Run this query" said elsewhere in the page: by a run's page, a first step, the palette.
// Only a click or a key in this page can ask: no address can.

let asked: string | null = null;
const listeners = new Set<() => void>();

/** Run this query as soon as its editor is open; at once when it is. */
export function askToRun(query: string): void {
  asked = query;
  for (const listener of [...listeners]) listener();
}

/** Whether the query was asked to run; says so once. */
export function takeRunRequest(query: string): boolean {
  if (asked !== query) return false;
  asked = null;
  return true;
}

/** Calls when a query is asked to run. Gives what ends it. */
export function onRunRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
