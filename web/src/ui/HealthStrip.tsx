// How the last runs of something ended, oldest first, as a strip of bars; in words for readers.
import { Group, Text } from "@mantine/core";
import { counted } from "@/lib/measure";
import classes from "./HealthStrip.module.css";

export interface HealthMark {
  id: string;
  status: "running" | "ok" | "failed" | "cancelled";
}

interface Props {
  /** Newest first, as the server lists them. */
  runs: HealthMark[];
}

export function HealthStrip({ runs }: Props) {
  const ended = runs.filter(({ status }) => status !== "running");
  if (ended.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        Not run yet
      </Text>
    );
  }
  const failed = ended.filter(({ status }) => status === "failed").length;
  const words = failed === 0 ? "none failed" : `${failed} failed`;
  const last = `Last ${counted(ended.length, "run", "runs")}: ${words}`;
  return (
    <Group gap={8} wrap="nowrap">
      <span className={classes.strip} role="img" aria-label={last} title={last}>
        {ended.toReversed().map(({ id, status }) => (
          <span key={id} className={classes.bar} data-status={status} />
        ))}
      </span>
      <Text size="xs" c="dimmed" aria-hidden>
        {words}
      </Text>
    </Group>
  );
}
