// What differs between two JSON values, place by place.
import { isNumber, stringifyExact } from "./exactJson";
import { jsonPath, type Step } from "./jsonPath";
import { isFields } from "./mergePatch";

export interface Change {
  kind: "added" | "removed" | "changed";
  /** JSONPath (RFC 9535); of a removed value, where it stood before. */
  path: string;
  before: unknown;
  after: unknown;
}

export interface Difference {
  changes: Change[];
  /** There are more than were looked for. */
  more: boolean;
}

const MOST_CHANGES = 500;
/** Names of what tells the items of a list apart, the likeliest first. */
const KEYS = ["id", "uuid", "key", "name"];

type Members = Record<string, unknown>;

/** Objects by name; lists by their items' own key where they all have one, else by place. */
export function jsonDiff(before: unknown, after: unknown): Difference {
  const changes: Change[] = [];
  let more = false;
  const note = (change: Change) => {
    if (changes.length < MOST_CHANGES) changes.push(change);
    else more = true;
  };
  const waiting: { a: unknown; b: unknown; path: string }[] = [{ a: before, b: after, path: "$" }];
  for (let at = waiting.pop(); at && !more; at = waiting.pop()) {
    const { a, b, path } = at;
    const pairs = pairsOf(a, b);
    if (a === undefined) note({ kind: "added", path, before: a, after: b });
    else if (b === undefined) note({ kind: "removed", path, before: a, after: b });
    else if (!pairs) {
      if (!same(a, b)) note({ kind: "changed", path, before: a, after: b });
    } else {
      for (const { step, ...its } of pairs.reverse()) waiting.push({ ...its, path: path + step });
    }
  }
  return { changes, more };
}

interface PairOf {
  step: string;
  a: unknown;
  b: unknown;
}

/** What stands at the same place inside both; null when they can only be compared as a whole. */
function pairsOf(a: unknown, b: unknown): PairOf[] | null {
  if (isFields(a) && isFields(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].map((name) => ({ step: short(name), a: own(a, name), b: own(b, name) }));
  }
  if (!Array.isArray(a) || !Array.isArray(b)) return null;
  const key = KEYS.find((name) => tellsApart(name, a) && tellsApart(name, b));
  if (key !== undefined && a.length > 0 && b.length > 0) return byKey(key, a, b);
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, at) => ({ step: short(at), a: a[at], b: b[at] }));
}

function byKey(key: string, a: unknown[], b: unknown[]): PairOf[] {
  const place = (item: unknown) => stringifyExact((item as Members)[key]);
  const before = new Map(a.map((item) => [place(item), item]));
  const after = new Map(b.map((item) => [place(item), item]));
  const step = (value: string) => `[?@.${key}==${value}]`;
  return [...new Set([...before.keys(), ...after.keys()])].map((value) => ({
    step: step(value),
    a: before.get(value),
    b: after.get(value),
  }));
}

/** Every item is an object whose `name` is a text or number that no other has. */
function tellsApart(name: string, items: unknown[]): boolean {
  const seen = new Set<string>();
  return items.every((item) => {
    if (!isFields(item)) return false;
    const value = own(item, name);
    if (typeof value !== "string" && !isNumber(value)) return false;
    const text = stringifyExact(value);
    return !seen.has(text) && seen.add(text);
  });
}

function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function short(step: Step): string {
  return jsonPath([step]).slice(1);
}

/** Numbers by their digits: 1.10 is not 1.1 here, since what was sent differs. */
function same(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return String(a) === String(b);
  return Object.is(a, b);
}
