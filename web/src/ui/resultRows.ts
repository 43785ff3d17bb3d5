// Which lists of a JSON answer can stand as a table, and in which order their rows. Pure.
import { approximately, isNumber } from "@/lib/exactJson";
import { isFields } from "@/lib/mergePatch";
import { type Column, cellOf, cellText } from "./tableColumns";

export interface RowList {
  /** Where the list stands, as people write it: `data.items`; empty for the answer itself. */
  path: string;
  rows: unknown[];
}

export interface Sorting {
  column: Column;
  descending: boolean;
}

const DEEPEST = 3;

/** Lists in the answer, the likeliest to be wanted first. */
export function rowLists(answer: unknown): RowList[] {
  if (Array.isArray(answer)) return answer.length > 0 ? [{ path: "", rows: answer }] : [];
  const lists: RowList[] = [];
  let level: { path: string; value: unknown }[] = [{ path: "", value: answer }];
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const next: typeof level = [];
    for (const { path, value } of level) {
      if (!isFields(value)) continue;
      for (const [name, member] of Object.entries(value)) {
        const at = path ? `${path}.${name}` : name;
        if (Array.isArray(member) && member.length > 0) lists.push({ path: at, rows: member });
        else next.push({ path: at, value: member });
      }
    }
    level = next;
  }
  // Stable: lists of objects before lists of plain values, nearer before deeper.
  return lists.sort((a, b) => Number(isFields(b.rows[0])) - Number(isFields(a.rows[0])));
}

/** Positions of the rows that hold `words` in any of their values, in the order asked for. */
export function arrange(rows: unknown[], words: string, sorting: Sorting | null): number[] {
  const wanted = words.trim().toLowerCase();
  const texts = wanted === "" ? [] : searchTexts(rows);
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

function searchTexts(rows: unknown[]): string[] {
  let texts = searched.get(rows);
  if (!texts) {
    const text = (row: unknown) =>
      isFields(row) ? Object.values(row).map(cellText).join("\n") : cellText(row);
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
