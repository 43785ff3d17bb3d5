// Draws only the cells that are in view. Rows are positions into the answer, never copies of it.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useMemo, useRef } from "react";
import { fitted, NARROWEST, type Widths, widened, widthsOf } from "./columnWidths";
import type { Sorting } from "./resultRows";
import { type Column, cellOf, cellText } from "./tableColumns";
import { type GridCell, useGridCursor } from "./useGridCursor";
import { ColumnHead, NUMBER_WIDTH, ROW_HEIGHT, VirtualRow } from "./VirtualRow";
import classes from "./VirtualTable.module.css";

const FRAME = 18;
/** What one press of Shift and an arrow adds to a column, or takes from it. */
const STEP = 16;

interface Props {
  rows: unknown[];
  /** Positions of the rows to show, in order. */
  order: number[];
  columns: Column[];
  sorting: Sorting | null;
  /** Widths that a person gave columns. */
  said: Widths;
  onSay: (widths: Widths) => void;
  onSort: (column: Column) => void;
  onOpen: (position: number) => void;
  onCopy: (text: string) => void;
  /** The cell that was chosen, by the row's place in the answer; null for none or one in the head. */
  onChoose: (chosen: { position: number; column: Column } | null) => void;
}

export function VirtualTable(props: Props) {
  const { rows, order, columns, sorting, said, onSort, onOpen, onCopy, onChoose, onSay } = props;
  const id = useId();
  const region = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => widthsOf(rows, columns, said), [rows, columns, said]);
  const down = useVirtualizer({
    count: order.length,
    getScrollElement: () => region.current,
    estimateSize: () => ROW_HEIGHT,
    scrollPaddingEnd: ROW_HEIGHT,
    overscan: 8,
    initialRect: { width: 800, height: 420 },
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => region.current,
    estimateSize: (at) => widths[at] ?? NARROWEST,
    scrollPaddingEnd: NUMBER_WIDTH,
    overscan: 3,
    initialRect: { width: 800, height: 420 },
  });
  // Other columns have other widths.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the widths change
  useEffect(() => across.measure(), [widths]);
  const inView = across.getVirtualItems();
  const width = NUMBER_WIDTH + across.getTotalSize();

  const cellAt = ({ row, column }: GridCell): { position: number; column: Column } | null => {
    const position = order[row];
    const its = columns[column];
    return position === undefined || !its ? null : { position, column: its };
  };
  const { cursor, moveTo, onKeyDown } = useGridCursor(
    {
      rows: order.length,
      columns: columns.length,
      page: () => Math.max(1, Math.floor((region.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2),
      onEnter: (cell) => {
        const found = cellAt(cell);
        if (found) onOpen(found.position);
        else if (columns[cell.column]) onSort(columns[cell.column] as Column);
      },
      onCopy: (cell) => {
        const found = cellAt(cell);
        if (found) onCopy(cellText(cellOf(rows[found.position], found.column)));
        else onCopy(columns[cell.column]?.name ?? "");
      },
      onWiden: ({ column: at }, steps) => {
        const column = columns[at];
        if (column) onSay(widened(said, column, (widths[at] ?? 0) + steps * STEP));
      },
    },
    (cell) => {
      if (cell.row >= 0) down.scrollToIndex(cell.row);
      across.scrollToIndex(cell.column);
      onChoose(cellAt(cell));
    },
  );
  // Rows are drawn again only when they change, so what they call must stay the same.
  const latest = useRef({ onOpen, moveTo });
  latest.current = { onOpen, moveTo };
  const steady = useMemo(
    () => ({
      open: (position: number) => latest.current.onOpen(position),
      choose: (cell: GridCell) => latest.current.moveTo(cell),
    }),
    [],
  );
  const cellId = (row: number, column: number) => `${id}-${row}-${column}`;

  return (
    <div
      ref={region}
      role="grid"
      tabIndex={0}
      aria-label="Result rows"
      aria-rowcount={order.length + 1}
      aria-colcount={columns.length + 1}
      aria-readonly
      aria-activedescendant={cursor ? cellId(cursor.row, cursor.column) : undefined}
      className={classes.region}
      style={{ height: (order.length + 1) * ROW_HEIGHT + FRAME }}
      onKeyDown={onKeyDown}
      // Arriving by Tab shows where the keys will act; a click chooses its own cell.
      onFocus={(event) => {
        if (!cursor && event.target.matches(":focus-visible")) moveTo({ row: 0, column: 0 });
      }}
    >
      <div
        role="presentation"
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
                    key={column.id}
                    id={cellId(-1, index)}
                    column={column}
                    place={index}
                    left={start}
                    width={size}
                    active={cursor?.row === -1 && cursor.column === index}
                    sorting={sorting}
                    onSort={onSort}
                    onWidth={(next) => onSay(widened(said, column, next))}
                    onFit={() => onSay(fitted(said, column, rows))}
                  />
                )
              );
            })}
          </div>
        </div>
        <div role="rowgroup">
          {down.getVirtualItems().map(({ index, start }) => (
            <VirtualRow
              key={order[index]}
              idOf={`${id}-${index}`}
              row={rows[order[index] ?? 0]}
              position={order[index] ?? 0}
              index={index}
              top={start}
              width={width}
              columns={columns}
              inView={inView}
              active={cursor?.row === index ? cursor.column : -1}
              onOpen={steady.open}
              onChoose={steady.choose}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
