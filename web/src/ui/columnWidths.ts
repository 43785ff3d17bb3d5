// How wide the columns of a table are: as their values need, until a person says otherwise. Pure.
import { type Column, cellOf, cellText } from "./tableColumns";

/** What was said, in pixels by column id. */
export type Widths = ReadonlyMap<string, number>;

export const NARROWEST = 48;
export const WIDEST = 1_200;
/** Of its own accord a column is neither narrower nor wider than these. */
const USUAL = { least: 72, most: 340 };
const SAMPLE = 200;
const CHARACTER = 7.8;
const PADDING = 30;

export function widthsOf(rows: unknown[], columns: Column[], said: Widths): number[] {
  return columns.map(
    (column) =>
      said.get(column.id) ?? Math.min(USUAL.most, Math.max(USUAL.least, needed(rows, column))),
  );
}

/** With one column as wide as asked, within reason. */
export function widened(said: Widths, column: Column, width: number): Widths {
  const sound = Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
  return new Map(said).set(column.id, sound);
}

/** With one column as wide as its values need. */
export function fitted(said: Widths, column: Column, rows: unknown[]): Widths {
  return widened(said, column, needed(rows, column));
}

function needed(rows: unknown[], column: Column): number {
  let longest = column.name.length + 2;
  // Odd, so that lists with a rhythm of two or four are not always met on the same beat.
  const step = Math.floor(rows.length / SAMPLE) | 1;
  for (let at = 0; at < rows.length; at += step) {
    longest = Math.max(longest, cellText(cellOf(rows[at], column)).length);
  }
  return longest * CHARACTER + PADDING;
}
