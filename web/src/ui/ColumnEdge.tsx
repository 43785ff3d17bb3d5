// The right edge of a column's head: drawn to make the column narrower or wider, double-clicked to fit it.
import { type PointerEvent, useRef } from "react";
import classes from "./VirtualTable.module.css";

interface Props {
  width: number;
  onWidth: (width: number) => void;
  onFit: () => void;
}

/** For pointers alone: the keyboard has Shift and the arrows in any cell of the column. */
export function ColumnEdge({ width, onWidth, onFit }: Props) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const draw = (event: PointerEvent) => {
    if (from.current) onWidth(from.current.width + event.clientX - from.current.x);
  };
  const end = () => {
    from.current = null;
  };
  return (
    <span
      aria-hidden
      className={classes.edge}
      onPointerDown={begin}
      onPointerMove={draw}
      onPointerUp={end}
      onPointerCancel={end}
      // A click on the head sorts.
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={onFit}
    />
  );
}
