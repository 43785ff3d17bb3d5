// The cards one chooses from: kinds of source first, then public APIs that are known.
import { Alert, Text, UnstyledButton } from "@mantine/core";
import { type ReactNode, useId } from "react";
import type { Kind, Preset } from "@/api/types";
import { inWords } from "@/lib/problem";
import { ApiIcon } from "@/ui/icons";
import { Monogram } from "@/ui/Monogram";
import classes from "./ChoiceCards.module.css";
import { hueOf, monogram } from "./presetList";
import { useAddSource } from "./useAddSource";

export function ChoiceCards({ kinds, presets }: { kinds: Kind[]; presets: Preset[] }) {
  const adding = useAddSource();
  const { isPending, variables } = adding;
  const busy = isPending && variables ? keyOf(variables) : null;
  return (
    <>
      {adding.isError && (
        <Alert color="red" role="alert" mb="md">
          {inWords(adding.error)}
        </Alert>
      )}
      <div className={classes.cards}>
        {kinds.map((kind) => (
          <Card
            key={kind.kind}
            title={kind.title}
            text={kind.description}
            picture={<ApiIcon size={22} />}
            busy={busy === kind.kind}
            disabled={isPending}
            onAdd={() => adding.mutate({ kind: kind.kind })}
          />
        ))}
        {presets.map((preset) => (
          <Card
            key={preset.preset}
            title={preset.title}
            text={preset.description}
            picture={<Monogram letters={monogram(preset.title)} hue={hueOf(preset.title)} />}
            busy={busy === `preset ${preset.preset}`}
            disabled={isPending}
            onAdd={() => adding.mutate(preset)}
          />
        ))}
      </div>
    </>
  );
}

function keyOf(choice: { kind: string } | Preset): string {
  return "preset" in choice ? `preset ${choice.preset}` : choice.kind;
}

interface CardProps {
  title: string;
  text: string;
  picture: ReactNode;
  busy: boolean;
  disabled: boolean;
  onAdd: () => void;
}

function Card({ title, text, picture, busy, disabled, onAdd }: CardProps) {
  const about = useId();
  return (
    <div className={classes.card} data-busy={busy || undefined}>
      <span className={classes.picture}>{picture}</span>
      <div className={classes.words}>
        {/* Its click area is the whole card. */}
        <UnstyledButton
          className={classes.add}
          aria-describedby={about}
          disabled={disabled}
          onClick={onAdd}
        >
          {title}
        </UnstyledButton>
        <Text size="sm" c="dimmed" id={about} lh={1.45}>
          {busy ? "Adding…" : text}
        </Text>
      </div>
    </div>
  );
}
