// The rows of an answer as a table: virtual in both directions, sorted and filtered in the page.
import { Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import { counted } from "@/lib/measure";
import { SearchIcon } from "./icons";
import { ResultRowDetail } from "./ResultRowDetail";
import { arrange, columnsOf, type RowList, type Sorting } from "./resultRows";
import { VirtualTable } from "./VirtualTable";

/** Browsers stop drawing boxes taller than some 17 million pixels. */
const MOST_ROWS = 500_000;

interface Props {
  lists: RowList[];
}

export function ResultTable({ lists }: Props) {
  const [listAt, setListAt] = useState(0);
  const list = lists[listAt] ?? lists[0];
  if (!list) return null;
  return (
    <div>
      {lists.length > 1 && (
        <NativeSelect
          size="xs"
          mb="xs"
          maw={260}
          label="Rows from"
          value={String(listAt)}
          onChange={(event) => setListAt(Number(event.currentTarget.value))}
          data={lists.map(({ path, rows }, at) => ({
            value: String(at),
            label: `${path} (${rows.length.toLocaleString("en")})`,
          }))}
        />
      )}
      <RowsTable key={listAt} rows={list.rows} />
    </div>
  );
}

function RowsTable({ rows }: { rows: unknown[] }) {
  const [words, setWords] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const wanted = useDeferredValue(words);
  const { shown: columns, all: columnCount } = useMemo(() => columnsOf(rows), [rows]);
  const arranged = useMemo(
    () => arrange(rows, columns, wanted, sorting),
    [rows, columns, wanted, sorting],
  );
  const shown = arranged.length > MOST_ROWS ? arranged.slice(0, MOST_ROWS) : arranged;

  return (
    <div>
      <Group justify="space-between" mb="xs" gap="xs">
        <TextInput
          size="xs"
          w={220}
          aria-label="Filter rows"
          placeholder="Filter rows"
          leftSection={<SearchIcon size={14} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed" role="status">
          {rowsInWords(rows.length, arranged.length, shown.length)}
          {columnCount > columns.length &&
            `, first ${columns.length} of ${columnCount.toLocaleString("en")} columns`}
        </Text>
      </Group>
      <VirtualTable
        rows={rows}
        order={shown}
        columns={columns}
        sorting={sorting}
        onSort={(column) => setSorting(nextSorting(sorting, column))}
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
function nextSorting(now: Sorting | null, column: string): Sorting | null {
  if (now?.column !== column) return { column, descending: false };
  return now.descending ? null : { column, descending: true };
}
