// Which sources were just added from a preset in this tab, and which query to run first on opening.

const KEY = "sourcekeep-first-steps";

interface Begun {
  preset: string;
  /** The query that was made with the source. */
  query: string | null;
}

function read(): Record<string, Begun> {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? (stored as Record<string, Begun>) : {};
  } catch {
    return {};
  }
}

/** Remembered over a reload, in this tab only. */
export function beginFirstSteps(source: string, begun: Begun): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...read(), [source]: begun }));
}

export function firstStepsOf(source: string): Begun | null {
  return read()[source] ?? null;
}

export function endFirstSteps(source: string): void {
  const { [source]: _, ...rest } = read();
  sessionStorage.setItem(KEY, JSON.stringify(rest));
}

let asked: string | null = null;

/** Run this query as soon as its page is open. Only a click in this page can ask: no address can. */
export function askToRun(query: string): void {
  asked = query;
}

/** Whether the query was asked to run; says so once. */
export function takeRunRequest(query: string): boolean {
  if (asked !== query) return false;
  asked = null;
  return true;
}
