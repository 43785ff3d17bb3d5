// A short list as a table; on a narrow screen each row becomes a block with its labels.
import type { CSSProperties, ReactNode } from "react";
import classes from "./ListTable.module.css";

export interface Column {
  label: string;
  /** A grid track, as `minmax(0, 2fr)`: the same in every row, so that columns line up. */
  width: string;
  /** Said to readers alone: buttons need no heading. */
  quiet?: boolean;
}

export interface ListRow {
  key: string;
  cells: ReactNode[];
  /** Drawn under the row, over its whole width. */
  below?: ReactNode;
  /** Ended, disabled: still to be read, but not what one looks for. */
  faded?: boolean;
}

interface ListTableProps {
  label: string;
  columns: readonly Column[];
  rows: ListRow[];
}

export function ListTable({ label, columns, rows }: ListTableProps) {
  const tracks = { "--columns": columns.map(({ width }) => width).join(" ") } as CSSProperties;
  return (
    <div role="table" aria-label={label} className={classes.table} style={tracks}>
      <div role="rowgroup" className={classes.head}>
        <div role="row" className={classes.row}>
          {columns.map((column) => (
            <div role="columnheader" key={column.label}>
              <span className={column.quiet ? classes.quiet : undefined}>{column.label}</span>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup">
        {rows.map(({ key, cells, below, faded }) => (
          <div
            key={key}
            role="presentation"
            className={classes.entry}
            data-faded={faded || undefined}
          >
            <div role="row" className={classes.row}>
              {columns.map((column, position) => (
                <div
                  role="cell"
                  key={column.label}
                  className={classes.cell}
                  data-label={column.quiet ? undefined : column.label}
                >
                  {cells[position]}
                </div>
              ))}
            </div>
            {below && (
              <div role="row">
                <div role="cell" aria-colspan={columns.length}>
                  {below}
                </div>
              </div>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
