// The numbers of a list as lines or bars: what is drawn can be chosen; the drawing is loaded lazily.
import {
  Checkbox,
  Group,
  Loader,
  NativeSelect,
  SegmentedControl,
  Stack,
  Text,
} from "@mantine/core";
import { Suspense, useMemo, useState } from "react";
import { counted } from "@/lib/measure";
import { type ChartChoice, chartData, firstChoice, MOST_SERIES, numericColumns } from "./chartData";
import { lazyPart } from "./lazyPart";
import type { RowList } from "./resultRows";
import { columnsOf } from "./tableColumns";

const ChartCanvas = lazyPart(async () => (await import("./ChartCanvas")).ChartCanvas);

/** More to choose from than this is a table's work. */
const MOST_OFFERED = 24;
const NONE: ReadonlyMap<string, boolean> = new Map();

/** True when there is something to draw. */
export function hasNumbers(list: RowList | undefined): boolean {
  return (
    list !== undefined &&
    list.rows.length > 1 &&
    numericColumns(columnsOf(list.rows, NONE).shown).length > 0
  );
}

export function ResultChart({ list }: { list: RowList }) {
  const { rows } = list;
  const columns = useMemo(() => columnsOf(rows, NONE).shown, [rows]);
  const [choice, setChoice] = useState<ChartChoice>(() => firstChoice(columns));
  const data = useMemo(() => chartData(rows, columns, choice), [rows, columns, choice]);
  const numbers = numericColumns(columns).slice(0, MOST_OFFERED);
  const names = data.series.map(({ name }) => name).join(", ");

  return (
    <Stack gap="xs">
      <Group gap="md" align="flex-end">
        <SegmentedControl
          size="xs"
          aria-label="Kind of chart"
          data={[
            { value: "line", label: "Line" },
            { value: "bar", label: "Bar" },
          ]}
          value={choice.kind}
          onChange={(kind) => setChoice({ ...choice, kind: kind as ChartChoice["kind"] })}
        />
        <NativeSelect
          size="xs"
          label="Over"
          w={170}
          value={choice.x}
          data={[
            { value: "", label: "Row number" },
            ...columns
              .filter(({ kind }) => kind !== "json")
              .map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => setChoice({ ...choice, x: event.currentTarget.value })}
        />
        <Checkbox.Group
          label={`Values, up to ${MOST_SERIES}`}
          size="xs"
          value={choice.y}
          onChange={(y) => setChoice({ ...choice, y: y.slice(-MOST_SERIES) })}
        >
          <Group gap="sm" mt={4}>
            {numbers.map(({ id, name }) => (
              <Checkbox key={id} size="xs" value={id} label={name} />
            ))}
          </Group>
        </Checkbox.Group>
      </Group>
      {data.series.length === 0 || data.x.length === 0 ? (
        <Text size="sm" c="dimmed" py="lg">
          Choose at least one column of values.
        </Text>
      ) : (
        <Suspense fallback={<Loader size="sm" role="status" aria-label="Loading the chart" />}>
          <ChartCanvas
            kind={choice.kind}
            data={data}
            label={`${choice.kind === "line" ? "Line" : "Bar"} chart of ${names} over ${data.xName}, ${counted(data.x.length, "point", "points")}. The table has the numbers.`}
          />
        </Suspense>
      )}
      {data.cut > 0 && (
        <Text size="xs" c="dimmed">
          The first {data.x.length.toLocaleString("en")} points; {data.cut.toLocaleString("en")}{" "}
          more are not drawn.
        </Text>
      )}
    </Stack>
  );
}
