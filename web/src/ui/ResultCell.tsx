// The chosen cell in full, below the table, and what can be taken from where it stands.
import { Button, Group, Text } from "@mantine/core";
import { stringifyExact } from "@/lib/exactJson";
import classes from "./ResultCell.module.css";
import { type Column, cellOf, cellText } from "./tableColumns";

export interface ChosenCell {
  /** The row's place in the answer. */
  position: number;
  column: Column;
}

interface Props {
  rows: unknown[];
  /** Positions of the rows that are shown, in order. */
  order: number[];
  chosen: ChosenCell | null;
  copied: boolean;
  onCopy: (text: string) => void;
  onOpen: (position: number) => void;
}

/** More of a value is in the row's own view. */
const LONGEST = 400;

export function ResultCell({ rows, order, chosen, copied, onCopy, onOpen }: Props) {
  if (!chosen) {
    return (
      <Text size="xs" c="dimmed" mt={6}>
        Choose a cell to copy it, its row or its column; Enter opens the row, Shift+← and Shift+→
        set the width of the column.
      </Text>
    );
  }
  const { position, column } = chosen;
  const row = rows[position];
  const text = cellText(cellOf(row, column));
  const columnText = () => order.map((at) => cellText(cellOf(rows[at], column))).join("\n");
  return (
    <section className={classes.bar} aria-label="Chosen cell">
      <Text size="xs" className={classes.value}>
        <Text span size="xs" c="dimmed">
          {column.name}, row {(position + 1).toLocaleString("en")}:{" "}
        </Text>
        <span className={classes.text}>
          {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
        </span>
      </Text>
      <Group gap={6}>
        <Text size="xs" c="dimmed" role="status">
          {copied && "Copied"}
        </Text>
        <Button size="compact-xs" variant="default" onClick={() => onCopy(text)}>
          Copy cell
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onCopy(stringifyExact(row))}>
          Copy row
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onCopy(columnText())}>
          Copy column
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onOpen(position)}>
          Open row
        </Button>
      </Group>
    </section>
  );
}
