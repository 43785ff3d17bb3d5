// A request entry by entry: where each came from and what it replaced ("who won").
import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { sizeWords } from "@/lib/measure";
import type { Origin, Preview, PreviewEntry } from "@/lib/preview";
import type { NamedText, SentRequest } from "@/lib/runAnswer";
import { CopyText } from "./CopyText";
import { ResultPairs } from "./ResultPairs";
import classes from "./ResultPairs.module.css";
import { PlainText } from "./ResultRaw";

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
      <Entries title="Headers" entries={headers} />
      <Entries title="Params" entries={params} />
      <Entries title="Cookies" entries={cookies} />
      {body && body.size_bytes > 0 && (
        <div>
          <Title order={3} size="h6" mb={4}>
            Body
          </Title>
          <Text size="xs" c="dimmed" mb={4}>
            {body.content_type ?? "no content type"}, {sizeWords(body.size_bytes)}
          </Text>
          {body.text && <PlainText label="Body to send" text={body.text} />}
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

/** What was sent, each header with who set it, as a preview of the same request tells. */
export function SentWithOrigins({ request, preview }: { request: SentRequest; preview: Preview }) {
  return (
    <Stack gap="md">
      <ResultPairs
        label="Headers that were sent"
        pairs={request.headers}
        origins={originsOf(request.headers, preview.headers)}
      />
      <Entries title="Params" entries={preview.params} />
      <Entries title="Cookies" entries={preview.cookies} />
    </Stack>
  );
}

/** The n-th header of a name is the n-th entry of that name. */
function originsOf(sent: NamedText[], entries: PreviewEntry[]): (ReactNode | undefined)[] {
  const left = [...entries];
  return sent.map(([name]) => {
    const at = left.findIndex((entry) => entry.name.toLowerCase() === name.toLowerCase());
    const [entry] = at === -1 ? [] : left.splice(at, 1);
    return entry && <From entry={entry} />;
  });
}

function From({ entry: { from, overrides } }: { entry: PreviewEntry }) {
  return (
    <>
      {ORIGINS[from] ?? from}
      {overrides.length > 0 && (
        <Text size="xs" c="dimmed">
          instead of {overrides.map((who) => ORIGINS[who] ?? who).join(", ")}
        </Text>
      )}
    </>
  );
}

function Entries({ title, entries }: { title: string; entries: PreviewEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <ResultPairs
        label={`${title} to send`}
        pairs={entries.map(({ name, value }) => [name, value])}
        origins={entries.map((entry) => <From key={entry.name} entry={entry} />)}
      />
    </div>
  );
}
