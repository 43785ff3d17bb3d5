// JSON merge patches (RFC 7396): what to send so that the server's value becomes the one on screen.

import { isNumber } from "./exactJson";
import { storedMark } from "./secret";

type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isNumber(value);
}

export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => deepEqual(item, b[at]));
  }
  if (isNumber(a) && isNumber(b)) return String(a) === String(b);
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}

/**
 * The smallest patch from `before` to `after`; `{}` when nothing changed. Lists are sent whole, and
 * what stands in for a stored secret's mark is no change of the mark.
 */
export function diff(before: object, after: object): Fields {
  const old = before as Fields;
  const next = after as Fields;
  const patch: Fields = {};
  for (const key of Object.keys(old)) {
    if (next[key] === undefined) patch[key] = null;
  }
  for (const [key, value] of Object.entries(next)) {
    const was = old[key];
    if (value === undefined || deepEqual(was, value)) continue;
    const within = isFields(was) && isFields(value) && !storedMark(was);
    patch[key] = within ? diff(was, value) : value;
  }
  return patch;
}
