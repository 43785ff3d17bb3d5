// Rows of name and value: headers, params, cookies. Headers can be marked secret or locked.
import { Button, Text } from "@mantine/core";
import { type ClipboardEvent, useRef } from "react";
import { flushSync } from "react-dom";
import type { Pair } from "@/api/types";
import { pairsFromText } from "@/lib/pairText";
import { storedMark } from "@/lib/secret";
import { PlusIcon } from "./icons";
import { PairRow } from "./PairRow";
import classes from "./PairRows.module.css";

export interface PairRowsProps {
  /** One row, in words: "header". */
  noun: string;
  rows: Pair[];
  onChange: (rows: Pair[]) => void;
  /** Words by JSON Pointer. */
  errors?: ReadonlyMap<string, string>;
  /** JSON Pointer of the rows in what is sent: "/headers". */
  at: string;
  /** Offer the secret and locked marks. */
  marks?: boolean;
  /** Offer to remove what the data source would send under a row's name (a null value). */
  removable?: boolean;
  /** The rows as the server has them, for the marks of stored secrets. */
  storedRows?: Pair[];
  placeholder?: { name: string; value: string };
}

const NO_ERRORS: ReadonlyMap<string, string> = new Map();

export function PairRows(props: PairRowsProps) {
  const {
    noun,
    rows,
    onChange,
    errors = NO_ERRORS,
    at,
    marks = false,
    removable = false,
    storedRows = [],
  } = props;
  const list = useRef<HTMLDivElement>(null);
  const blank: Pair = marks
    ? { name: "", value: "", locked: false, secret: false }
    : { name: "", value: "" };

  /** Drawn at once, so that what is typed next goes into the row. */
  const changeAndFocus = (next: Pair[], row: number) => {
    flushSync(() => onChange(next));
    const names = list.current?.querySelectorAll<HTMLInputElement>("[data-name-of-row]");
    names?.[Math.min(row, names.length - 1)]?.focus();
  };
  const add = () => changeAndFocus([...rows, blank], rows.length);
  const change = (row: number, next: Pair) => onChange(rows.with(row, next));
  const remove = (row: number) => changeAndFocus(rows.toSpliced(row, 1), row);
  const paste = (row: number, event: ClipboardEvent) => {
    const pasted = pairsFromText(event.clipboardData.getData("text/plain"));
    if (!pasted) return;
    event.preventDefault();
    const next = pasted.map((pair) => ({ ...blank, ...pair }));
    // Nothing typed is lost: a row that holds something stays before what is pasted.
    const empty = rows[row]?.name === "" && rows[row]?.value === "";
    onChange(rows.toSpliced(empty ? row : row + 1, empty ? 1 : 0, ...next));
  };

  const whole = errors.get(at);
  return (
    <div ref={list} data-pointer={at} tabIndex={-1} className={classes.list}>
      {rows.map((row, position) => (
        <PairRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={position}
          noun={noun}
          position={position}
          row={row}
          stored={storedValue(storedRows, row, position)}
          at={`${at}/${position}`}
          errors={errors}
          marks={marks}
          removable={removable}
          placeholder={props.placeholder}
          onChange={(next) => change(position, next)}
          onRemove={() => remove(position)}
          onEnter={position === rows.length - 1 ? add : undefined}
          onPasteName={(event) => paste(position, event)}
        />
      ))}
      {whole && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {whole}
        </Text>
      )}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={16} />}
          onClick={add}
        >
          Add {noun}
        </Button>
      </div>
    </div>
  );
}

/** The stored secret that this row stands for: same place and name, else the first of that name. */
function storedValue(stored: Pair[], row: Pair, position: number): Pair["value"] {
  const name = row.name.toLowerCase();
  const isTwin = (other: Pair | undefined) =>
    other !== undefined && other.name.toLowerCase() === name && storedMark(other.value) !== null;
  const twin = isTwin(stored[position]) ? stored[position] : stored.find(isTwin);
  return twin?.value ?? null;
}
