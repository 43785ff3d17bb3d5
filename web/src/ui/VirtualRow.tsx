// The drawn parts of a virtual table: the head of a column, and a row with its cells in view.
import type { VirtualItem } from "@tanstack/react-virtual";
import { memo } from "react";
import { isNumber } from "@/lib/exactJson";
import { ColumnEdge } from "./ColumnEdge";
import type { Sorting } from "./resultRows";
import { type Column, cellOf, cellText } from "./tableColumns";
import type { GridCell } from "./useGridCursor";
import classes from "./VirtualTable.module.css";

export const ROW_HEIGHT = 30;
/** Of the column that numbers the rows. */
export const NUMBER_WIDTH = 64;
/** More of a cell is never visible; the row's own view has all of it. */
const LONGEST_CELL = 300;

interface HeadProps {
  id: string;
  column: Column;
  place: number;
  left: number;
  width: number;
  active: boolean;
  sorting: Sorting | null;
  onSort: (column: Column) => void;
  onWidth: (width: number) => void;
  onFit: () => void;
}

export function ColumnHead(props: HeadProps) {
  const { id, column, place, left, width, active, sorting, onSort, onWidth, onFit } = props;
  const sorted = sorting?.column.id === column.id ? sorting : null;
  const mark = sorted ? (sorted.descending ? " ↓" : " ↑") : "";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and handles the keys
    <div
      id={id}
      role="columnheader"
      aria-colindex={place + 2}
      aria-sort={sorted ? (sorted.descending ? "descending" : "ascending") : "none"}
      className={classes.cell}
      data-kind={column.kind}
      data-active={active || undefined}
      title={column.name}
      style={{ left: NUMBER_WIDTH + left, width }}
      onClick={() => onSort(column)}
    >
      {column.name}
      <span aria-hidden>{mark}</span>
      <ColumnEdge width={width} onWidth={onWidth} onFit={onFit} />
    </div>
  );
}

interface RowProps {
  idOf: string;
  row: unknown;
  /** Its place in the answer. */
  position: number;
  /** Its place among the rows shown. */
  index: number;
  top: number;
  width: number;
  columns: Column[];
  inView: VirtualItem[];
  /** The column of the chosen cell; -1 when it stands in another row. */
  active: number;
  onOpen: (position: number) => void;
  onChoose: (cell: GridCell) => void;
}

/** Scrolling draws the rows that come into view, and leaves those that are there alone: the callbacks must not change. */
export const VirtualRow = memo(function VirtualRow(props: RowProps) {
  const { idOf, row, position, index, top, width, columns, inView, active } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ width, transform: `translateY(${top}px)`, position: "absolute" }}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on any cell of the row does the same */}
      <div
        role="rowheader"
        aria-colindex={1}
        className={classes.number}
        title={`Open row ${position + 1}`}
        onClick={() => props.onOpen(position)}
      >
        {position + 1}
      </div>
      {inView.map(({ index: at, start: left, size }) => {
        const column = columns[at];
        const value = column && cellOf(row, column);
        const text = cellText(value);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and handles the keys
          <div
            key={column?.id}
            id={`${idOf}-${at}`}
            role="gridcell"
            aria-colindex={at + 2}
            className={classes.cell}
            data-kind={isNumber(value) ? "number" : undefined}
            data-faint={value === null ? true : undefined}
            data-active={active === at || undefined}
            style={{ left: NUMBER_WIDTH + left, width: size }}
            onClick={() => props.onChoose({ row: index, column: at })}
            onDoubleClick={() => props.onOpen(position)}
          >
            {text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text}
          </div>
        );
      })}
    </div>
  );
});
