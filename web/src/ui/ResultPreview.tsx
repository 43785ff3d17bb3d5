// A request entry by entry: where each came from and what it replaced ("who won").
import { Group, Stack, Table, Text, Title } from "@mantine/core";
import { sizeWords } from "@/lib/measure";
import type { Origin, Preview, PreviewEntry } from "@/lib/preview";
import { CopyText } from "./CopyText";
import classes from "./ResultPairs.module.css";
import { GuardedText } from "./ResultRaw";

const ORIGINS: Record<Origin, string> = {
  query: "query",
  source: "data source",
  auth: "authentication",
  engine: "Sourcekeep",
};

export function ResultPreview({ preview }: { preview: Preview }) {
  const { method, url, headers, params, cookies, body, curl } = preview;
  return (
    <Stack gap="md">
      <Text className={classes.line}>
        <strong>{method}</strong> {url}
      </Text>
      <PreviewEntries preview={{ headers, params, cookies }} />
      {body && body.size_bytes > 0 && (
        <div>
          <Title order={3} size="h6" mb={4}>
            Body
          </Title>
          <Text size="xs" c="dimmed" mb={4}>
            {body.content_type ?? "no content type"}, {sizeWords(body.size_bytes)}
          </Text>
          {body.text && <GuardedText label="Body to send" text={body.text} language="text" />}
        </div>
      )}
      {curl && (
        <div>
          <Group justify="space-between" mb={4}>
            <Title order={3} size="h6">
              cURL
            </Title>
            <CopyText text={curl} label="Copy the cURL command" />
          </Group>
          <pre className={classes.block}>{curl}</pre>
        </div>
      )}
    </Stack>
  );
}

interface EntriesProps {
  preview: Pick<Preview, "headers" | "params" | "cookies">;
  /** Level of the headings. */
  order?: 3 | 4;
}

/** Who set what: the entries alone. */
export function PreviewEntries({ preview, order = 3 }: EntriesProps) {
  return (
    <Stack gap="md">
      <Entries title="Headers" entries={preview.headers} order={order} />
      <Entries title="Params" entries={preview.params} order={order} />
      <Entries title="Cookies" entries={preview.cookies} order={order} />
    </Stack>
  );
}

interface ListProps {
  title: string;
  entries: PreviewEntry[];
  order: 3 | 4;
}

function Entries({ title, entries, order }: ListProps) {
  if (entries.length === 0) return null;
  return (
    <div>
      <Title order={order} size="h6" mb={4}>
        {title}
      </Title>
      <Table className={classes.pairs} aria-label={`${title} to send`} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col">Value</Table.Th>
            <Table.Th scope="col">From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map(({ name, value, from, overrides }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names repeat; the list never changes in place
            <Table.Tr key={at}>
              <Table.Th scope="row" className={classes.name}>
                {name}
              </Table.Th>
              <Table.Td className={classes.value}>{value}</Table.Td>
              <Table.Td className={classes.from}>
                {ORIGINS[from] ?? from}
                {overrides.length > 0 && (
                  <Text size="xs" c="dimmed">
                    instead of {overrides.map((who) => ORIGINS[who] ?? who).join(", ")}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
