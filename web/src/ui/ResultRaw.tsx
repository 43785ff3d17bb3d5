// The body as it came: text in full, pictures as pictures, other bytes to download.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { sizeWords } from "@/lib/measure";
import type { ReceivedBody } from "@/lib/runAnswer";
import { CodeField } from "./CodeField";
import classes from "./ResultRaw.module.css";

/** More than this at once makes an editor slow; the rest is one click away. */
const SHOWN_AT_FIRST = 1_000_000;

interface GuardedProps {
  label: string;
  text: string;
  language: "json" | "text";
}

/** Long text, of which at first only the beginning is drawn, and which says so. */
export function GuardedText({ label, text, language }: GuardedProps) {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > SHOWN_AT_FIRST;
  return (
    <Stack gap="xs">
      {cut && (
        <Group gap="sm" role="status">
          <Text size="sm" c="dimmed">
            Showing the first {sizeWords(SHOWN_AT_FIRST)} of {sizeWords(text.length)}.
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => setAll(true)}>
            Show all
          </Button>
        </Group>
      )}
      <CodeField
        label={label}
        hideLabel
        value={cut ? text.slice(0, SHOWN_AT_FIRST) : text}
        language={language}
      />
    </Stack>
  );
}

interface RawProps {
  body: ReceivedBody;
  contentType: string | null;
}

export function ResultRaw({ body, contentType }: RawProps) {
  if (body.encoding !== "base64") {
    return <GuardedText label="Raw body" text={body.text} language="text" />;
  }
  const type = (contentType ?? "").split(";")[0]?.trim() ?? "";
  const isPicture = /^image\/[\w.+-]+$/.test(type);
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm" c="dimmed">
        Binary data{type && ` (${type})`}
        {isPicture ? "" : "; download it to look at it in another program"}.
      </Text>
      {isPicture && (
        <img
          src={`data:${type};base64,${body.text}`}
          alt="The body of the response"
          className={classes.picture}
        />
      )}
    </Stack>
  );
}
