// Which sources were just added from a preset in this tab, and which query was made with each.

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
