// One value to run with, in a field that fits its type. An untouched field gives nothing: the default.
import { Button, Group, NativeSelect, Text, Textarea, TextInput } from "@mantine/core";
import { enumText, enumValues, type ParameterDraft } from "./parameterDraft";
import { valuePointer } from "./parameterInput";

interface Props {
  parameter: ParameterDraft;
  /** undefined: not given. */
  text: string | undefined;
  error: string | undefined;
  onChange: (text: string | undefined) => void;
}

export function ParameterValue({ parameter, text, error, onChange }: Props) {
  const { name, type, required, description, default: preset } = parameter;
  const needed = required && preset === "";
  const shared = {
    label: <LabelText name={name} type={needed ? `${type}, required` : type} />,
    description: description || undefined,
    required: needed,
    "data-pointer": valuePointer(name),
    size: "sm" as const,
    error,
  };
  const absent = preset === "" ? "not given" : `default: ${preset}`;
  const optional = (typed: string) => onChange(typed === "" ? undefined : typed);

  switch (type) {
    case "boolean":
    case "enum":
      return (
        <NativeSelect
          {...shared}
          value={text ?? ""}
          data={[{ value: "", label: absent }, ...choices(parameter)]}
          onChange={(event) => optional(event.currentTarget.value)}
        />
      );
    case "array":
    case "object":
      return (
        <Textarea
          {...shared}
          autosize
          minRows={1}
          maxRows={8}
          classNames={{ input: "sk-code" }}
          spellCheck={false}
          placeholder={preset || (type === "array" ? "[1, 2]" : '{"a": 1}')}
          value={text ?? ""}
          onChange={(event) => optional(event.currentTarget.value)}
        />
      );
    case "string":
      return (
        <TextInput
          {...shared}
          placeholder={absent}
          value={text ?? ""}
          onChange={(event) => onChange(event.currentTarget.value)}
          rightSectionWidth={text === undefined ? 0 : 132}
          rightSection={text !== undefined && <Given text={text} name={name} onClear={onChange} />}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          type={type === "date" ? "date" : "text"}
          inputMode={type === "integer" ? "numeric" : type === "number" ? "decimal" : undefined}
          placeholder={type === "datetime" && preset === "" ? "2026-11-24T09:30:00Z" : absent}
          value={text ?? ""}
          onChange={(event) => optional(event.currentTarget.value)}
        />
      );
  }
}

function LabelText({ name, type }: { name: string; type: string }) {
  return (
    <>
      {name}{" "}
      <Text span size="xs" c="dimmed">
        {type}
      </Text>
    </>
  );
}

function choices({ type, limits }: ParameterDraft): string[] {
  if (type === "boolean") return ["true", "false"];
  return enumValues(limits.enum ?? "").map(enumText);
}

interface GivenProps {
  text: string;
  name: string;
  onClear: (text: undefined) => void;
}

/** An empty text is a value too; this says so and offers the way back to "not given". */
function Given({ text, name, onClear }: GivenProps) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end" w="100%" pr={6}>
      {text === "" && (
        <Text size="xs" c="dimmed">
          empty text
        </Text>
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={`Do not give ${name}`}
        onClick={() => onClear(undefined)}
      >
        Clear
      </Button>
    </Group>
  );
}
