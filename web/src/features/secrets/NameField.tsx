// The name of a new value, and how templates will write it.
import { TextInput } from "@mantine/core";
import { NAME_RULE } from "./secretDraft";

interface NameFieldProps {
  space: "secrets" | "constants";
  value: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

export function NameField({ space, value, error, onChange }: NameFieldProps) {
  return (
    <TextInput
      label="Name"
      description={`Templates name it {{ ${space}.${value || "name"} }}. ${NAME_RULE}`}
      data-autofocus
      required
      classNames={{ input: "sk-code" }}
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
