// How a run ended, in a word and a colour; the word alone says it.
import { Badge } from "@mantine/core";
import type { RunStatus } from "@/api/runs";

export const OUTCOMES: Record<RunStatus, string> = {
  running: "Running",
  ok: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

const COLOURS: Record<RunStatus, string> = {
  running: "keep",
  ok: "keep",
  failed: "red",
  cancelled: "gray",
};

export function RunMark({ status }: { status: RunStatus }) {
  if (status === "cancelled" || status === "running") {
    return (
      <Badge variant="default" tt="none" radius="sm" miw="max-content">
        {OUTCOMES[status]}
      </Badge>
    );
  }
  return (
    <Badge variant="light" color={COLOURS[status]} tt="none" radius="sm" miw="max-content">
      {OUTCOMES[status]}
    </Badge>
  );
}
