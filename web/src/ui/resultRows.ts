// Which lists of a JSON answer can stand as a table, with which columns, in which order. Pure.
import { approximately, isNumber, stringifyExact } from "@/lib/exactJson";

export type ColumnKind = "number" | "text" | "boolean" | "json";

export interface Column {
  name: string;
  kind: ColumnKind;
}

export interface RowList {
  /** Where the list stands, as people write it: `data.items`; empty for the answer itself. */
  path: string;
  rows: unknown[];
}

export interface Sorting {
  column: string;
  descending: boolean;
}

/** Column of a list whose items are no objects. */
export const VALUE_COLUMN = "value";
const MOST_COLUMNS = 300;
const DEEPEST = 3;
const KIND_SAMPLE = 1_000;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isNumber(value);
}

/** Lists in the answer, the likeliest to be wanted first. */
export function rowLists(answer: unknown): RowList[] {
  if (Array.isArray(answer)) return answer.length > 0 ? [{ path: "", rows: answer }] : [];
  const lists: RowList[] = [];
  let level: { path: string; value: unknown }[] = [{ path: "", value: answer }];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const next: typeof level = [];
    for (const { path, value } of level) {
      if (!isRecord(value)) continue;
      for (const [name, member] of Object.entries(value)) {
        const at = path ? `${path}.${name}` : name;
        if (Array.isArray(member) && member.length > 0) lists.push({ path: at, rows: member });
        else next.push({ path: at, value: member });
      }
    }
    level = next;
  }
  // Stable: lists of objects before lists of plain values, nearer before deeper.
  return lists.sort((a, b) => Number(isRecord(b.rows[0])) - Number(isRecord(a.rows[0])));
}

export interface Columns {
  /** The first ones, in the order of first appearance. */
  shown: Column[];
  /** How many names there are in all. */
  all: number;
}

/** Every name that stands in any row. One pass: rows with a name of their own each must not hang. */
export function columnsOf(rows: unknown[]): Columns {
  const kinds = new Map<string, { kind: ColumnKind | null; seen: number }>();
  const others = new Set<string>();
  const meet = (name: string, value: unknown) => {
    let column = kinds.get(name);
    if (!column) {
      if (kinds.size >= MOST_COLUMNS) return void others.add(name);
      column = { kind: null, seen: 0 };
      kinds.set(name, column);
    }
    if (value === null || column.seen >= KIND_SAMPLE) return;
    const here = valueKind(value);
    column.kind = column.kind === null || column.kind === here ? here : "text";
    column.seen += 1;
  };
  for (const row of rows) {
    if (!isRecord(row)) meet(VALUE_COLUMN, row);
    else for (const name in row) meet(name, row[name]);
  }
  const shown = [...kinds].map(([name, { kind }]) => ({ name, kind: kind ?? ("text" as const) }));
  return { shown, all: kinds.size + others.size };
}

function valueKind(value: unknown): ColumnKind {
  if (isNumber(value)) return "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "object" ? "json" : "text";
}

export function cellOf(row: unknown, column: string): unknown {
  if (!isRecord(row)) return column === VALUE_COLUMN ? row : undefined;
  return Object.hasOwn(row, column) ? row[column] : undefined;
}

/** A cell as text: numbers digit for digit, nested values as JSON, an absent value as nothing. */
export function cellText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  return isNumber(value) ? value.toString() : stringifyExact(value);
}

/** Positions of the rows that hold `words` in any column, in the order asked for. */
export function arrange(
  rows: unknown[],
  columns: Column[],
  words: string,
  sorting: Sorting | null,
): number[] {
  const wanted = words.trim().toLowerCase();
  const texts = wanted === "" ? [] : searchTexts(rows, columns);
  const positions: number[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    if (wanted === "" || texts[at]?.includes(wanted)) positions.push(at);
  }
  if (!sorting) return positions;
  const cells = rows.map((row) => cellOf(row, sorting.column));
  const sign = sorting.descending ? -1 : 1;
  return positions.sort((a, b) => comparison(cells[a], cells[b], sign) || a - b);
}

/** Made when first searched, so that each further letter costs milliseconds. */
const searched = new WeakMap<unknown[], string[]>();

function searchTexts(rows: unknown[], columns: Column[]): string[] {
  let texts = searched.get(rows);
  if (!texts) {
    const text = (row: unknown) =>
      columns.map(({ name }) => cellText(cellOf(row, name))).join("\n");
    texts = rows.map((row) => text(row).toLowerCase());
    searched.set(rows, texts);
  }
  return texts;
}

const collator = new Intl.Collator();

/** Empty cells come last in both directions. */
function comparison(a: unknown, b: unknown, sign: number): number {
  const noA = a === null || a === undefined;
  const noB = b === null || b === undefined;
  if (noA || noB) return Number(noA) - Number(noB);
  if (isNumber(a) && isNumber(b)) return sign * numberOrder(a, b);
  return sign * collator.compare(cellText(a), cellText(b));
}

const WHOLE = /^-?\d+$/;

function numberOrder(
  a: Parameters<typeof approximately>[0],
  b: Parameters<typeof approximately>[0],
): number {
  const difference = approximately(a) - approximately(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  const [left, right] = [cellText(a), cellText(b)];
  if (!WHOLE.test(left) || !WHOLE.test(right) || left === right) return 0;
  return BigInt(left) < BigInt(right) ? -1 : 1;
}
