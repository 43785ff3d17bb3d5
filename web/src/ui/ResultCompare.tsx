// This run beside the one before it: how it ended, how long it took, and what differs in the data.
import { Badge, Stack, Table, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { parseExact, stringifyExact } from "@/lib/exactJson";
import { type Change, type Difference, jsonDiff } from "@/lib/jsonDiff";
import { counted, durationWords, sizeWords } from "@/lib/measure";
import type { ReceivedBody, RunAnswer } from "@/lib/runAnswer";
import classes from "./ResultCompare.module.css";

interface Props {
  before: RunAnswer;
  after: RunAnswer;
}

export function ResultCompare({ before, after }: Props) {
  const difference = useMemo(() => compared(before.body, after.body), [before.body, after.body]);
  return (
    <Stack gap="md">
      <Table aria-label="This run and the one before" fz="xs" verticalSpacing={4} maw={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th scope="col">Before</Table.Th>
            <Table.Th scope="col">Now</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Fact name="Status" before={statusOf(before)} after={statusOf(after)} />
          <Fact
            name="Time"
            before={timeOf(before)}
            after={timeOf(after)}
            note={slower(before, after)}
          />
          <Fact name="Size" before={sizeOf(before)} after={sizeOf(after)} />
        </Table.Tbody>
      </Table>
      <section aria-label="Differences in the data">
        <Title order={3} size="h6" mb={4}>
          Data
        </Title>
        {typeof difference === "string" ? (
          <Text size="sm">{difference}</Text>
        ) : (
          <Changes difference={difference} />
        )}
      </section>
    </Stack>
  );
}

interface FactProps {
  name: string;
  before: string;
  after: string;
  note?: string | undefined;
}

function Fact({ name, before, after, note }: FactProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>{before}</Table.Td>
      <Table.Td fw={before === after ? undefined : 600}>
        {after}
        {note && (
          <Text span size="xs" c="dimmed">
            {" "}
            {note}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function statusOf({ response, error, status }: RunAnswer): string {
  return response ? `${response.status} ${response.reason}` : (error?.code ?? status);
}

function timeOf({ timings_ms: { total } }: RunAnswer): string {
  return typeof total === "number" ? durationWords(total) : "not measured";
}

function sizeOf({ response }: RunAnswer): string {
  return response ? sizeWords(response.size_bytes) : "nothing";
}

function slower(before: RunAnswer, after: RunAnswer): string | undefined {
  const [a, b] = [before.timings_ms.total, after.timings_ms.total];
  if (typeof a !== "number" || typeof b !== "number" || a < 1) return undefined;
  const percent = Math.round(((b - a) / a) * 100);
  return percent === 0 ? undefined : `${percent > 0 ? "+" : "−"}${Math.abs(percent)} %`;
}

/** The differences, or in words why there is none to show. */
function compared(before: ReceivedBody | null, after: ReceivedBody | null): Difference | string {
  if (before?.text === after?.text && before?.encoding === after?.encoding) return "The same data.";
  if (before?.encoding !== "json" || after?.encoding !== "json") return "The data differs.";
  try {
    const difference = jsonDiff(parseExact(before.text), parseExact(after.text));
    return difference.changes.length > 0 ? difference : "The same data, written differently.";
  } catch {
    return "The data differs; it is nested too deeply to say where.";
  }
}

const KINDS = {
  added: { title: "added", colour: "keep", sign: "+" },
  removed: { title: "removed", colour: "red", sign: "−" },
  changed: { title: "changed", colour: "orange", sign: "~" },
} as const;

function Changes({ difference: { changes, more } }: { difference: Difference }) {
  return (
    <>
      <Text size="xs" c="dimmed" mb={4} role="status">
        {more
          ? `The first ${changes.length} differences`
          : counted(changes.length, "difference", "differences")}
      </Text>
      <ul className={classes.changes}>
        {changes.map((change) => (
          <li key={`${change.kind} ${change.path}`}>
            <OneChange change={change} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OneChange({ change: { kind, path, before, after } }: { change: Change }) {
  const { title, colour, sign } = KINDS[kind];
  return (
    <>
      <Badge
        variant="light"
        color={colour}
        size="xs"
        tt="none"
        radius="sm"
        className={classes.kind}
      >
        <span aria-hidden>{sign}</span> {title}
      </Badge>
      <span className={classes.path}>{path}</span>
      <span className={classes.values}>
        {kind !== "added" && <del>{inShort(before)}</del>}
        {kind === "changed" && " → "}
        {kind !== "removed" && <ins>{inShort(after)}</ins>}
      </span>
    </>
  );
}

const LONGEST = 160;

function inShort(value: unknown): string {
  const text = stringifyExact(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
