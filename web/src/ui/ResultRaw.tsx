// The body as it came: text in full, bytes to download.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { indented } from "@/lib/jsonText";
import { sizeWords } from "@/lib/measure";
import type { ReceivedBody } from "@/lib/runAnswer";
import { CodeField } from "./CodeField";
import { mediaType } from "./ResultDocument";

/** More than this at once makes an editor slow; the rest is one click away. */
const SHOWN_AT_FIRST = 1_000_000;
/** And more than this no editor takes; the download has all of it. */
const SHOWN_AT_MOST = 60_000_000;

interface GuardedProps {
  label: string;
  language: "json" | "text";
  /** Characters there are in all. */
  size: number;
  /** The text, or a little more than its first `most` characters. */
  beginning: (most: number) => string;
}

/** Long text, of which at first only the beginning is drawn, and which says so. */
function GuardedText({ label, language, size, beginning }: GuardedProps) {
  const [most, setMost] = useState(SHOWN_AT_FIRST);
  const text = useMemo(() => beginning(most), [beginning, most]);
  const cut = text.length > most;
  return (
    <Stack gap="xs">
      {cut && (
        <Group gap="sm" role="status">
          <Text size="sm" c="dimmed">
            Showing only the beginning of {sizeWords(size)}.
          </Text>
          {most < SHOWN_AT_MOST ? (
            <Button size="compact-xs" variant="default" onClick={() => setMost(SHOWN_AT_MOST)}>
              Show all
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              Download it to see the rest.
            </Text>
          )}
        </Group>
      )}
      <CodeField label={label} hideLabel value={text} language={language} />
    </Stack>
  );
}

interface TextProps {
  label: string;
  text: string;
}

export function PlainText({ label, text }: TextProps) {
  const beginning = useCallback((most: number) => text.slice(0, most + 1), [text]);
  return <GuardedText label={label} language="text" size={text.length} beginning={beginning} />;
}

/** JSON, indented; every token as it came. */
export function PrettyJson({ label, text }: TextProps) {
  const beginning = useCallback((most: number) => indented(text, most), [text]);
  return <GuardedText label={label} language="json" size={text.length} beginning={beginning} />;
}

interface RawProps {
  body: ReceivedBody;
  contentType: string | null;
}

export function ResultRaw({ body, contentType }: RawProps) {
  if (body.encoding !== "base64") {
    return <PlainText label="Raw body" text={body.text} />;
  }
  const type = mediaType(contentType);
  return (
    <Text size="sm" c="dimmed">
      Binary data{type && ` (${type})`}; download it to look at it in another program.
    </Text>
  );
}
