// JSON Pointers (RFC 6901): from a problem's errors to the field they belong to.

export function pointer(...steps: (string | number)[]): string {
  return steps
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Words by pointer; several about one field are joined. */
export function fieldErrors(errors: { pointer: string; detail: string }[]): Map<string, string> {
  const words = new Map<string, string>();
  for (const { pointer: at, detail } of errors) {
    const before = words.get(at);
    words.set(at, before ? `${before} ${detail}` : detail);
  }
  return words;
}

/** What stands at a JSON Pointer, or undefined. */
export function pointerValue(document: unknown, at: string): unknown {
  let here = document;
  for (const step of at.split("/").slice(1)) {
    if (typeof here !== "object" || here === null) return undefined;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    here = Object.hasOwn(here, name) ? (here as Record<string, unknown>)[name] : undefined;
  }
  return here;
}
