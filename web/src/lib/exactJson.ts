// JSON with every number as it was written: 2^53 + 1, 12.50 and 1e400 survive reading and writing.
import { LosslessNumber, parse, stringify } from "lossless-json";

/** A number whose digits JavaScript's own number would change; its text is the truth. */
export type ExactNumber = LosslessNumber;

export function exactNumber(text: string): number | ExactNumber {
  const number = Number(text);
  return String(number) === text ? number : new LosslessNumber(text);
}

/**
 * Read JSON text. Of a name that stands twice the last value counts, as in `JSON.parse`.
 * Throws SyntaxError when it is no JSON, RangeError when it is nested too deeply to read.
 */
export function parseExact(text: string): unknown {
  return parse(text, undefined, {
    parseNumber: exactNumber,
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

/** Write JSON text; `undefined` members are left out, as `JSON.stringify` does. */
export function stringifyExact(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? "null";
}

export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === "number" || value instanceof LosslessNumber;
}

/** For sorting only: two exact numbers that differ far behind the point may compare as equal. */
export function approximately(value: number | ExactNumber): number {
  return Number(typeof value === "number" ? value : value.value);
}
