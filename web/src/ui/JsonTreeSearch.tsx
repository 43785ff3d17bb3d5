// Finds names and values in a JSON tree and goes from one to the next.
import { ActionIcon, Group, Text, TextInput } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import { DownIcon, SearchIcon, UpIcon } from "./icons";
import { type Match, search } from "./jsonNodes";

interface Props {
  value: unknown;
  onGo: (match: Match) => void;
}

export function JsonTreeSearch({ value, onGo }: Props) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState<number | null>(null);
  const wanted = useDeferredValue(words);
  const matches = useMemo(() => search(value, wanted), [value, wanted]);

  const step = (by: number) => {
    // Enter may come before the search has caught up with the last letter.
    const found = wanted === words ? matches : search(value, words);
    if (found.length === 0) return;
    const start = at ?? (by > 0 ? -1 : 0);
    const next = (start + by + found.length) % found.length;
    setAt(next);
    onGo(found[next] as Match);
  };
  return (
    <Group gap={4}>
      <TextInput
        size="xs"
        w={200}
        aria-label="Search names and values"
        placeholder="Search names and values"
        leftSection={<SearchIcon size={14} />}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          setAt(null);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          step(event.shiftKey ? -1 : 1);
        }}
      />
      <Step label="Previous match" disabled={matches.length === 0} onClick={() => step(-1)}>
        <UpIcon size={14} />
      </Step>
      <Step label="Next match" disabled={matches.length === 0} onClick={() => step(1)}>
        <DownIcon size={14} />
      </Step>
      <Text size="xs" c="dimmed" role="status">
        {wanted.trim() !== "" && countInWords(matches.length, at)}
      </Text>
    </Group>
  );
}

function countInWords(count: number, at: number | null): string {
  if (count === 0) return "Nothing found";
  const all = count === 1_000 ? "1,000 or more" : count.toLocaleString("en");
  return at === null ? `${all} found` : `${(at + 1).toLocaleString("en")} of ${all}`;
}

interface StepProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Step({ label, disabled, onClick, children }: StepProps) {
  return (
    <ActionIcon
      size={28}
      variant="default"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}
