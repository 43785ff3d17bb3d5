// The rows of an answer as a table: virtual in both directions, sorted and filtered in the page.
import { Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useDeferredValue, useMemo, useState } from "react";
import { counted } from "@/lib/measure";
import type { Widths } from "./columnWidths";
import { SearchIcon } from "./icons";
import { type ChosenCell, ResultCell } from "./ResultCell";
import { ResultColumns } from "./ResultColumns";
import { ResultExport } from "./ResultExport";
import { ResultRowDetail } from "./ResultRowDetail";
import { arrange, type RowList, type Sorting } from "./resultRows";
import { type Column, columnsOf } from "./tableColumns";
import { useRemembered } from "./useRemembered";
import { VirtualTable } from "./VirtualTable";

/** Browsers stop drawing boxes taller than some 17 million pixels. */
const MOST_ROWS = 500_000;

interface Props {
  lists: RowList[];
  /** Whose result it is: how it was looked at is remembered under this name. */
  memory: string;
}

export function ResultTable({ lists, memory }: Props) {
  const [path, setPath] = useRemembered<string | null>(`${memory} list`, null);
  const list = lists.find((each) => each.path === path) ?? lists[0];
  if (!list) return null;
  return (
    <div>
      {lists.length > 1 && (
        <NativeSelect
          size="xs"
          mb="xs"
          maw={260}
          label="Rows from"
          value={list.path}
          onChange={(event) => setPath(event.currentTarget.value)}
          data={lists.map(({ path, rows }) => ({
            value: path,
            label: `${path} (${rows.length.toLocaleString("en")})`,
          }))}
        />
      )}
      <RowsTable key={list.path} rows={list.rows} memory={`${memory} ${list.path}`} />
    </div>
  );
}

const NO_FOLDS: ReadonlyMap<string, boolean> = new Map();
const NONE_HIDDEN: ReadonlySet<string> = new Set();
const NO_WIDTHS: Widths = new Map();

function RowsTable({ rows, memory }: { rows: unknown[]; memory: string }) {
  const [words, setWords] = useRemembered(`${memory} words`, "");
  const [sorting, setSorting] = useRemembered<Sorting | null>(`${memory} sorting`, null);
  const [folds, setFolds] = useRemembered(`${memory} folds`, NO_FOLDS);
  const [hidden, setHidden] = useRemembered(`${memory} hidden`, NONE_HIDDEN);
  const [widths, setWidths] = useRemembered(`${memory} widths`, NO_WIDTHS);
  const [open, setOpen] = useState<number | null>(null);
  const [chosen, setChosen] = useState<ChosenCell | null>(null);
  const clipboard = useClipboard({ timeout: 1_500 });
  const wanted = useDeferredValue(words);
  const columns = useMemo(() => columnsOf(rows, folds), [rows, folds]);
  const visible = useMemo(
    () => columns.shown.filter(({ id }) => !hidden.has(id)),
    [columns, hidden],
  );
  const arranged = useMemo(() => arrange(rows, wanted, sorting), [rows, wanted, sorting]);
  const shown = arranged.length > MOST_ROWS ? arranged.slice(0, MOST_ROWS) : arranged;

  return (
    <div>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <TextInput
            size="xs"
            w={200}
            aria-label="Filter rows"
            placeholder="Filter rows"
            leftSection={<SearchIcon size={14} />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed" role="status">
            {rowsInWords(rows.length, arranged.length, shown.length)}
            {columns.all > columns.shown.length &&
              `, first ${columns.shown.length} of ${columns.all.toLocaleString("en")} columns`}
          </Text>
        </Group>
        <Group gap="xs">
          <ResultColumns
            columns={columns}
            hidden={hidden}
            onHidden={setHidden}
            onUnfold={(id, unfolded) => setFolds(new Map(folds).set(id, unfolded))}
          />
          <ResultExport rows={rows} order={arranged} columns={visible} />
        </Group>
      </Group>
      <VirtualTable
        rows={rows}
        order={shown}
        columns={visible}
        sorting={sorting}
        said={widths}
        onSay={setWidths}
        onSort={(column) => setSorting(nextSorting(sorting, column))}
        onOpen={setOpen}
        onCopy={clipboard.copy}
        onChoose={setChosen}
      />
      <ResultCell
        rows={rows}
        order={arranged}
        chosen={chosen}
        copied={clipboard.copied}
        onCopy={clipboard.copy}
        onOpen={setOpen}
      />
      <ResultRowDetail
        row={open === null ? undefined : rows[open]}
        position={open}
        onClose={() => setOpen(null)}
      />
    </div>
  );
}

function rowsInWords(all: number, found: number, shown: number): string {
  const rows = counted(all, "row", "rows");
  if (shown < found) return `first ${shown.toLocaleString("en")} of ${rows}`;
  return found === all ? rows : `${found.toLocaleString("en")} of ${rows}`;
}

/** Ascending, descending, as it came. */
function nextSorting(now: Sorting | null, column: Column): Sorting | null {
  if (now?.column.id !== column.id) return { column, descending: false };
  return now.descending ? null : { column, descending: true };
}
