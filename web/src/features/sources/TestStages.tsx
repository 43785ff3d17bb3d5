// DNS → TCP → TLS → Auth → Response, each with time and tick or cross; drawn on as they were passed.
import { Text } from "@mantine/core";
import type { CSSProperties } from "react";
import type { TestStage } from "@/api/connectionTest";
import { durationWords } from "@/lib/measure";
import { CheckIcon, CloseIcon, MinusIcon } from "@/ui/icons";
import classes from "./TestStages.module.css";
import { STAGE_NAMES, type StageState, stageTitle, stateOf } from "./testWords";

const ICONS = {
  passed: CheckIcon,
  failed: CloseIcon,
  "not used": MinusIcon,
  "not reached": MinusIcon,
} as const;

/** Without stages: under way. */
export function TestStages({ stages }: { stages: TestStage[] | undefined }) {
  return (
    <ol className={classes.stages} aria-label="Stages" data-waiting={stages ? undefined : true}>
      {STAGE_NAMES.map((name, at) => {
        const state = stages && stateOf(stages, name);
        const ms = stages?.find(({ stage }) => stage === name)?.ms ?? null;
        return (
          <li
            key={name}
            className={classes.stage}
            data-state={state}
            style={{ "--at": at } as CSSProperties}
          >
            <span className={classes.rail} aria-hidden />
            <Mark state={state} />
            <span className={classes.name}>{stageTitle(name)}</span>
            <Text span size="xs" c="dimmed" className={classes.time}>
              {state === "not used" ? "not used" : ms === null ? "" : durationWords(ms)}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}

function Mark({ state }: { state: StageState | undefined }) {
  if (!state) return <span className={classes.mark} />;
  const Icon = ICONS[state];
  return (
    <span className={classes.mark} role="img" aria-label={state}>
      <Icon size={14} />
    </span>
  );
}
