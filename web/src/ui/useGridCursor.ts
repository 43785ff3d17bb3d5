// The one cell of a grid that the keyboard acts on (ARIA's grid pattern, one tab stop for the grid).
import { type KeyboardEvent, useState } from "react";

export interface GridCell {
  /** Place among the rows shown; -1 is the head. */
  row: number;
  column: number;
}

interface Grid {
  rows: number;
  columns: number;
  /** Rows that a page holds. */
  page: () => number;
  onEnter: (cell: GridCell) => void;
  onCopy: (cell: GridCell) => void;
  /** Make the cell's column wider by so many steps, or narrower. */
  onWiden: (cell: GridCell, steps: number) => void;
}

const HEAD = -1;

/** A step of each key, from one cell to the next; the result may lie outside and is pulled in. */
function target(event: KeyboardEvent, from: GridCell, grid: Grid): GridCell | null {
  const { row, column } = from;
  const far = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowDown":
      return { row: far ? grid.rows : row + 1, column };
    case "ArrowUp":
      return { row: far ? 0 : row - 1, column };
    case "ArrowRight":
      return { row, column: far ? grid.columns : column + 1 };
    case "ArrowLeft":
      return { row, column: far ? 0 : column - 1 };
    case "PageDown":
      return { row: row + grid.page(), column };
    case "PageUp":
      return { row: Math.max(0, row - grid.page()), column };
    case "Home":
      return { row: far ? 0 : row, column: 0 };
    case "End":
      return { row: far ? grid.rows : row, column: grid.columns };
    default:
      return null;
  }
}

export function useGridCursor(grid: Grid, onMove: (cell: GridCell) => void) {
  const [stored, setCursor] = useState<GridCell | null>(null);
  // Filtering may have taken the row away.
  const cursor = stored && within(stored, grid);

  const moveTo = (cell: GridCell) => {
    const next = within(cell, grid);
    setCursor(next);
    onMove(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const copies = event.key === "c" && (event.ctrlKey || event.metaKey);
    if (cursor && (event.key === "Enter" || copies)) {
      if (copies && String(window.getSelection()) !== "") return;
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (copies) grid.onCopy(cursor);
      else grid.onEnter(cursor);
      return;
    }
    const steps = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (cursor && event.shiftKey && steps) {
      event.preventDefault();
      grid.onWiden(cursor, steps);
      return;
    }
    const next = target(event, cursor ?? { row: HEAD, column: 0 }, grid);
    if (!next) return;
    event.preventDefault();
    moveTo(next);
  };
  return { cursor, moveTo, onKeyDown, clear: () => setCursor(null) };
}

function within({ row, column }: GridCell, grid: Grid): GridCell {
  return {
    row: Math.max(HEAD, Math.min(row, grid.rows - 1)),
    column: Math.max(0, Math.min(column, grid.columns - 1)),
  };
}
