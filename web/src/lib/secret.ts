// Write-only values: read back as a mark that says only whether there is one and since when.

interface Mark {
  set: boolean;
  updated_at?: string | null;
  /** Where it is kept, when that is not here: `env:NAME`, `file:/run/secrets/x`. */
  from?: string | null;
}

/** The mark of a stored secret, or null for text that was typed and for nothing at all. */
export function storedMark(value: unknown): Mark | null {
  const isMark =
    typeof value === "object" && value !== null && "set" in value && value.set === true;
  return isMark ? (value as Mark) : null;
}

/** The text that was typed for a secret, not yet saved. */
export function typedText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Where a secret is to be read from, not yet saved: what stands after `from`; null for anything else. */
export function typedReference(value: unknown): string | null {
  if (typeof value !== "object" || value === null || "set" in value) return null;
  return "from" in value && typeof value.from === "string" ? value.from : null;
}

/** Nothing was typed where a stored secret was to be replaced. */
export function isUntyped(value: unknown): boolean {
  return value === "" || typedReference(value)?.trim() === "";
}
