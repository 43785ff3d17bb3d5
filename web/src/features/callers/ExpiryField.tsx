// When a token ends: never, or at a moment, with the usual spans one click away.
import { Button, Group, TextInput } from "@mantine/core";
import { localMoment } from "./callerDraft";
import { Limit } from "./Limit";

const DAY_MS = 86_400_000;
const SPANS = [
  { days: 7, label: "7 days" },
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "1 year" },
];

interface ExpiryFieldProps {
  /** As `datetime-local` writes it; null: never. */
  value: string | null;
  error: string | undefined;
  onChange: (value: string | null) => void;
}

export function ExpiryField({ value, error, onChange }: ExpiryFieldProps) {
  const after = (days: number) => localMoment(Date.now() + days * DAY_MS);
  return (
    <Limit
      label="Only until a moment"
      on={value !== null}
      onSwitch={(on) => onChange(on ? after(90) : null)}
    >
      <TextInput
        type="datetime-local"
        aria-label="Ends at"
        maw={220}
        value={value ?? ""}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap={6} mt={6} role="group" aria-label="Ends in">
        {SPANS.map(({ days, label }) => (
          <Button
            key={days}
            size="compact-xs"
            variant="default"
            onClick={() => onChange(after(days))}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Limit>
  );
}
