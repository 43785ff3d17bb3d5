// The rows that are shown, as a file: CSV with the columns that are shown, or JSON with whole rows.
import { Button, Checkbox, Popover, Stack, Text } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { csv } from "@/lib/csv";
import { download } from "@/lib/download";
import { isNumber, stringifyExact } from "@/lib/exactJson";
import { counted } from "@/lib/measure";
import { DownloadIcon } from "./icons";
import { type Column, cellOf, cellText } from "./tableColumns";

interface Props {
  rows: unknown[];
  order: number[];
  columns: Column[];
}

export function ResultExport({ rows, order, columns }: Props) {
  const [guarded, setGuarded] = useLocalStorage({
    key: "sourcekeep.csv-guarded",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const saveCsv = () => {
    const cells = order.map((at) =>
      columns.map((column) => {
        const value = cellOf(rows[at], column);
        const plain = isNumber(value) || typeof value === "boolean";
        return { text: value === null ? "" : cellText(value), plain };
      }),
    );
    const names = columns.map(({ name }) => name);
    download("rows.csv", "text/csv;charset=utf-8", csv(names, cells, guarded));
  };
  const saveJson = () => {
    const lines = order.map((at) => stringifyExact(rows[at]));
    download("rows.json", "application/json", `[\n${lines.join(",\n")}\n]\n`);
  };

  return (
    <Popover
      position="bottom-end"
      width={300}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal={false}
    >
      <Popover.Target>
        <Button size="compact-xs" variant="default" leftSection={<DownloadIcon size={14} />}>
          Download rows
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {counted(order.length, "row", "rows")} as shown: filtered and sorted.
          </Text>
          <Button variant="default" size="xs" onClick={saveCsv}>
            CSV, {counted(columns.length, "column", "columns")}
          </Button>
          <Checkbox
            size="xs"
            checked={guarded}
            onChange={(event) => setGuarded(event.currentTarget.checked)}
            label="Safe to open in a spreadsheet"
            description="A text in which a formula may begin (with = + - or @) gets an apostrophe before it, so that Excel and others show it instead of running it as a formula. Leave it off for programs that read the file."
          />
          <Button variant="default" size="xs" onClick={saveJson}>
            JSON, whole rows
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
