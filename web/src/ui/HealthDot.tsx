// How a source fares, told by colour and by shape: a disc works, a square fails, a ring is unknown.
import { Tooltip } from "@mantine/core";
import type { Health } from "@/api/types";
import { relativeTime } from "@/lib/relativeTime";
import classes from "./HealthDot.module.css";

const WORDS: Record<Health["state"], string> = {
  ok: "Works",
  failing: "Fails",
  unknown: "Not used yet",
};

export function HealthDot({ health }: { health: Health }) {
  const { state, at, code } = health;
  const why = state === "failing" && code ? ` (${code})` : "";
  const when = at ? `, ${relativeTime(at)}` : "";
  const label = `${WORDS[state]}${why}${when}`;
  return (
    <Tooltip label={label}>
      <span role="img" aria-label={label} className={classes.dot} data-state={state} />
    </Tooltip>
  );
}
