// The columns of a list as lines and bars: what can stand on which axis, and the points. Pure.
import { approximately, isNumber } from "@/lib/exactJson";
import { type Column, cellOf, cellText } from "./tableColumns";

export interface ChartChoice {
  kind: "line" | "bar";
  /** Column id of the x axis; empty for the row's number. */
  x: string;
  /** Column ids of the values. */
  y: string[];
}

export interface ChartData {
  xKind: "time" | "number" | "label";
  xName: string;
  x: number[];
  /** Of each point, where the x axis has words. */
  labels: string[];
  series: { name: string; values: (number | null)[] }[];
  /** Points that are not drawn. */
  cut: number;
}

/** More lines than this tell nothing, and more bars are thinner than a pixel. */
export const MOST_SERIES = 6;
const MOST_POINTS = { line: 50_000, bar: 1_000 };

export function numericColumns(columns: Column[]): Column[] {
  return columns.filter(({ kind }) => kind === "number");
}

/** A guess at what is wanted: values over time where there is one, else over names. */
export function firstChoice(columns: Column[]): ChartChoice {
  const time = columns.find(({ kind }) => kind === "time");
  const label = columns.find(({ kind }) => kind === "text");
  const numbers = numericColumns(columns);
  const isId = ({ name }: Column) => /(^|[._])id$/i.test(name);
  const value = numbers.find((column) => !isId(column)) ?? numbers[0];
  return {
    kind: time ? "line" : "bar",
    x: (time ?? label)?.id ?? "",
    y: value ? [value.id] : [],
  };
}

export function chartData(rows: unknown[], columns: Column[], choice: ChartChoice): ChartData {
  const xColumn = columns.find(({ id }) => id === choice.x);
  const chosen = columns.filter(({ id }) => choice.y.includes(id)).slice(0, MOST_SERIES);
  const xKind =
    xColumn?.kind === "time" ? "time" : xColumn && xColumn.kind !== "number" ? "label" : "number";
  const places: { row: unknown; x: number }[] = [];
  for (const [at, row] of rows.entries()) {
    const x = xOf(xColumn, xKind, row, at);
    if (Number.isFinite(x)) places.push({ row, x });
  }
  // Lines run from left to right, whatever the order of the rows.
  places.sort((a, b) => a.x - b.x);
  const drawn = places.slice(0, MOST_POINTS[choice.kind]);
  return {
    xKind,
    xName: xColumn?.name ?? "row number",
    x: drawn.map(({ x }) => x),
    labels:
      xKind === "label" && xColumn ? drawn.map(({ row }) => cellText(cellOf(row, xColumn))) : [],
    series: chosen.map((column) => ({
      name: column.name,
      values: drawn.map(({ row }) => numberOf(cellOf(row, column))),
    })),
    cut: places.length - drawn.length,
  };
}

function xOf(
  column: Column | undefined,
  kind: ChartData["xKind"],
  row: unknown,
  at: number,
): number {
  if (!column) return at + 1;
  if (kind === "label") return at;
  const value = cellOf(row, column);
  if (kind === "time") return Date.parse(cellText(value)) / 1_000;
  return numberOf(value) ?? Number.NaN;
}

function numberOf(value: unknown): number | null {
  if (!isNumber(value)) return null;
  const number = approximately(value);
  return Number.isFinite(number) ? number : null;
}
