// The columns of a list of rows: names, kinds, and which nested objects are unfolded. Pure.
import { isNumber, stringifyExact } from "@/lib/exactJson";
import { isFields } from "@/lib/mergePatch";
import { pointer } from "@/lib/pointer";

export type ColumnKind = "number" | "text" | "time" | "boolean" | "json";

export interface Column {
  /** JSON Pointer from the row to its value; empty for a row that is no object. */
  id: string;
  /** As people write the place: `user.name`. */
  name: string;
  path: readonly string[];
  kind: ColumnKind;
}

/** Objects under one name, which may stand as one column or as a column for each of their members. */
export interface Nested {
  id: string;
  name: string;
  unfolded: boolean;
}

export interface Columns {
  /** The first ones, in the order of first appearance. */
  shown: Column[];
  /** How many there are in all. */
  all: number;
  nested: Nested[];
}

/** Column of a list whose items are no objects. */
export const VALUE_COLUMN = "value";
const MOST_COLUMNS = 300;
const KIND_SAMPLE = 1_000;
/** Small objects directly in a row unfold by themselves; larger ones when they are asked to. */
const UNFOLDED_MEMBERS = 12;

const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

interface Seen {
  column: Omit<Column, "kind">;
  kind: ColumnKind | null;
  sampled: number;
  /** Every value is an object, or nothing. */
  objects: boolean;
  members: Set<string>;
}

/**
 * Every place that has a value in any row. `choices` says by column id which nested objects to
 * unfold; one pass for each of them: rows with a name of their own each must not hang.
 */
export function columnsOf(rows: unknown[], choices: ReadonlyMap<string, boolean>): Columns {
  const nested: Nested[] = [];
  const shown: Column[] = [];
  let all = 0;

  const add = (path: readonly string[]) => {
    const { seen, others } = look(rows, path);
    all += others;
    for (const its of seen) {
      const { column, kind, objects, members } = its;
      const isNested = objects && members.size > 0;
      const unfolded =
        isNested &&
        (choices.get(column.id) ?? (path.length === 0 && members.size <= UNFOLDED_MEMBERS));
      if (isNested) nested.push({ id: column.id, name: column.name, unfolded });
      if (unfolded) {
        add(column.path);
        continue;
      }
      all += 1;
      if (shown.length < MOST_COLUMNS) shown.push({ ...column, kind: kind ?? "text" });
    }
  };
  add([]);
  return { shown, all, nested };
}

/** The members of the values at `path`, in the order of first appearance, and how many are cut. */
function look(rows: unknown[], path: readonly string[]): { seen: Iterable<Seen>; others: number } {
  const found = new Map<string, Seen>();
  const others = new Set<string>();
  const meet = (key: string, at: readonly string[], value: unknown) => {
    let seen = found.get(key);
    if (!seen) {
      if (found.size >= MOST_COLUMNS) return void others.add(key);
      const column = { id: pointer(...at), name: at.join(".") || VALUE_COLUMN, path: at };
      seen = { column, kind: null, sampled: 0, objects: true, members: new Set() };
      found.set(key, seen);
    }
    note(seen, value);
  };
  for (const row of rows) {
    const value = valueAt(row, path);
    if (!isFields(value)) {
      if (path.length === 0) meet("", [], value);
    } else {
      for (const name in value) meet(`.${name}`, [...path, name], value[name]);
    }
  }
  return { seen: found.values(), others: others.size };
}

function note(seen: Seen, value: unknown): void {
  if (value === null || value === undefined) return;
  if (!isFields(value)) seen.objects = false;
  else if (seen.objects && seen.members.size <= UNFOLDED_MEMBERS) {
    for (const name in value) seen.members.add(name);
  }
  if (seen.sampled >= KIND_SAMPLE) return;
  const here = valueKind(value);
  seen.kind = seen.kind === null || seen.kind === here ? here : "text";
  seen.sampled += 1;
}

function valueKind(value: unknown): ColumnKind {
  if (isNumber(value)) return "number";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return TIME.test(value) ? "time" : "text";
  return "json";
}

function valueAt(row: unknown, path: readonly string[]): unknown {
  let value = row;
  for (const name of path) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export function cellOf(row: unknown, { path }: Pick<Column, "path">): unknown {
  if (path.length === 0) return isFields(row) ? undefined : row;
  return valueAt(row, path);
}

/** A cell as text: numbers digit for digit, nested values as JSON, an absent value as nothing. */
export function cellText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  return isNumber(value) ? value.toString() : stringifyExact(value);
}
