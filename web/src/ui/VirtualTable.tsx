// Draws only the cells that are in view. Rows are positions into the answer, never copies of it.
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { memo, useMemo, useRef } from "react";
import { isNumber } from "@/lib/exactJson";
import { type Column, cellOf, cellText, type Sorting } from "./resultRows";
import classes from "./VirtualTable.module.css";

const ROW_HEIGHT = 30;
/** The table scrolls inside this; a short list takes only what it needs. */
const TALLEST = 420;
const FRAME = 18;
const NUMBER_WIDTH = 64;
const NARROWEST = 72;
const WIDEST = 340;
const WIDTH_SAMPLE = 200;
const CHARACTER_WIDTH = 7.8;
const CELL_PADDING = 30;
/** More of a cell is never visible; the row's own view has all of it. */
const LONGEST_CELL = 300;

interface Props {
  rows: unknown[];
  /** Positions of the rows to show, in order. */
  order: number[];
  columns: Column[];
  sorting: Sorting | null;
  onSort: (column: string) => void;
  onOpen: (position: number) => void;
}

export function VirtualTable({ rows, order, columns, sorting, onSort, onOpen }: Props) {
  const region = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => columns.map((column) => widthOf(rows, column)), [rows, columns]);
  const down = useVirtualizer({
    count: order.length,
    getScrollElement: () => region.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 800, height: 420 },
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => region.current,
    estimateSize: (at) => widths[at] ?? NARROWEST,
    overscan: 3,
    initialRect: { width: 800, height: 420 },
  });
  const inView = across.getVirtualItems();
  const width = NUMBER_WIDTH + across.getTotalSize();

  return (
    <section
      ref={region}
      className={classes.region}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label="Rows"
      style={{ height: Math.min(TALLEST, (order.length + 1) * ROW_HEIGHT + FRAME) }}
    >
      <div
        role="table"
        aria-label="Result rows"
        aria-rowcount={order.length + 1}
        aria-colcount={columns.length + 1}
        style={{ width, height: down.getTotalSize() + ROW_HEIGHT, position: "relative" }}
      >
        <div role="rowgroup" className={classes.head} style={{ width }}>
          <div role="row" aria-rowindex={1} className={classes.row}>
            <div role="columnheader" aria-colindex={1} className={classes.corner}>
              #
            </div>
            {inView.map(({ index, start, size }) => {
              const column = columns[index];
              return (
                column && (
                  <ColumnHead
                    key={column.name}
                    column={column}
                    position={index}
                    left={start}
                    width={size}
                    sorting={sorting}
                    onSort={onSort}
                  />
                )
              );
            })}
          </div>
        </div>
        <div role="rowgroup">
          {down.getVirtualItems().map(({ index, start }) => {
            const position = order[index] ?? 0;
            return (
              <Row
                key={position}
                row={rows[position]}
                position={position}
                index={index}
                top={start}
                width={width}
                columns={columns}
                inView={inView}
                onOpen={onOpen}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface HeadProps {
  column: Column;
  position: number;
  left: number;
  width: number;
  sorting: Sorting | null;
  onSort: (column: string) => void;
}

function ColumnHead({ column, position, left, width, sorting, onSort }: HeadProps) {
  const sorted = sorting?.column === column.name ? sorting : null;
  const mark = sorted ? (sorted.descending ? " ↓" : " ↑") : "";
  return (
    <div
      role="columnheader"
      aria-colindex={position + 2}
      aria-sort={sorted ? (sorted.descending ? "descending" : "ascending") : "none"}
      className={classes.cell}
      data-kind={column.kind}
      style={{ left: NUMBER_WIDTH + left, width }}
    >
      <button type="button" title={column.name} onClick={() => onSort(column.name)}>
        {column.name}
        <span aria-hidden>{mark}</span>
      </button>
    </div>
  );
}

interface RowProps {
  row: unknown;
  /** Its place in the answer. */
  position: number;
  /** Its place among the rows shown. */
  index: number;
  top: number;
  width: number;
  columns: Column[];
  inView: VirtualItem[];
  onOpen: (position: number) => void;
}

/** Scrolling draws the rows that come into view, and leaves those that are there alone. */
const Row = memo(function Row(props: RowProps) {
  const { row, position, index, top, width, columns, inView, onOpen } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      style={{ width, transform: `translateY(${top}px)`, position: "absolute" }}
    >
      <div role="rowheader" aria-colindex={1} className={classes.number}>
        <button
          type="button"
          aria-label={`Open row ${position + 1}`}
          onClick={() => onOpen(position)}
        >
          {position + 1}
        </button>
      </div>
      {inView.map(({ index: at, start: left, size }) => {
        const name = columns[at]?.name ?? "";
        return <Cell key={name} value={cellOf(row, name)} position={at} left={left} width={size} />;
      })}
    </div>
  );
});

interface CellProps {
  value: unknown;
  position: number;
  left: number;
  width: number;
}

function Cell({ value, position, left, width }: CellProps) {
  const text = cellText(value);
  return (
    <div
      role="cell"
      aria-colindex={position + 2}
      className={classes.cell}
      data-kind={isNumber(value) ? "number" : undefined}
      data-faint={value === null ? true : undefined}
      style={{ left: NUMBER_WIDTH + left, width }}
    >
      {text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text}
    </div>
  );
}

function widthOf(rows: unknown[], { name }: Column): number {
  let longest = name.length + 2;
  // Odd, so that lists with a rhythm of two or four are not always met on the same beat.
  const step = Math.floor(rows.length / WIDTH_SAMPLE) | 1;
  for (let at = 0; at < rows.length; at += step) {
    longest = Math.max(longest, cellText(cellOf(rows[at], name)).length);
  }
  return Math.min(WIDEST, Math.max(NARROWEST, longest * CHARACTER_WIDTH + CELL_PADDING));
}
