// One line about a run: how it ended, status, time, size. Read out when it changes.
import { Badge, Group, Text } from "@mantine/core";
import { counted, durationWords, sizeWords } from "@/lib/measure";
import type { RunAnswer } from "@/lib/runAnswer";

const ENDINGS: Record<RunAnswer["status"], string> = {
  ok: "Query completed",
  failed: "Query failed",
  cancelled: "Query cancelled",
};

export function ResultSummary({ answer }: { answer: RunAnswer }) {
  const { response, timings_ms: timings, attempts, status } = answer;
  return (
    <Group gap="sm" role="status">
      <Text fw={600} size="sm">
        {ENDINGS[status]}
      </Text>
      {response && (
        <Badge variant="light" color={statusColour(response.status)} tt="none" radius="sm">
          {response.status} {response.reason}
        </Badge>
      )}
      {typeof timings.total === "number" && (
        <Text size="sm" c="dimmed">
          {durationWords(timings.total)}
        </Text>
      )}
      {response && (
        <Text size="sm" c="dimmed" title={`${response.size_bytes.toLocaleString("en")} bytes`}>
          {sizeWords(response.size_bytes)}
        </Text>
      )}
      {attempts.length > 1 && (
        <Text size="sm" c="dimmed">
          {counted(attempts.length, "attempt", "attempts")}
        </Text>
      )}
      {response?.truncated && (
        <Badge variant="light" color="yellow" tt="none" radius="sm" c="var(--mantine-color-text)">
          cut at the size limit
        </Badge>
      )}
    </Group>
  );
}

export function statusColour(status: number): string {
  if (status >= 400) return "red";
  return status >= 300 ? "yellow" : "keep";
}
