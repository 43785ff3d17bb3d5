// Draws the fields of a JSON Schema object. A new authentication type needs nothing but its schema.
import { NativeSelect, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import type { Pair, Secret } from "@/api/types";
import { pointer } from "@/lib/pointer";
import { type Field, fieldsOf, type Schema } from "@/lib/schemaForm";
import { LinesField } from "./LinesField";
import { NumberField } from "./NumberField";
import { PairRows } from "./PairRows";
import { SecretField } from "./SecretField";

type Values = Record<string, unknown>;

interface SchemaFieldsProps {
  schema: Schema;
  /** Where `$defs` are. */
  root: Schema;
  values: Values;
  /** As the server has them. */
  stored: Values;
  onChange: (values: Values) => void;
  /** Words by JSON Pointer. */
  errors: ReadonlyMap<string, string>;
  /** JSON Pointer of the object in what is sent: "/auth". */
  at: string;
}

export function SchemaFields(props: SchemaFieldsProps) {
  const { schema, root, values, stored, onChange, errors, at } = props;
  return (
    <Stack gap="md">
      {fieldsOf(schema, root).map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          at={at}
          value={values[field.name] ?? field.initial}
          stored={stored[field.name]}
          errors={errors}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </Stack>
  );
}

interface SchemaFieldProps {
  field: Field;
  at: string;
  value: unknown;
  stored: unknown;
  errors: ReadonlyMap<string, string>;
  onChange: (value: unknown) => void;
}

function SchemaField({ field, at, value, stored, errors, onChange }: SchemaFieldProps) {
  const here = at + pointer(field.name);
  const shared = {
    label: field.title,
    description: field.description,
    required: field.required,
    error: errors.get(here),
    "data-pointer": here,
  };
  const text = typeof value === "string" ? value : "";
  const onText = (event: { currentTarget: { value: string } }) => {
    const typed = event.currentTarget.value;
    onChange(typed === "" && field.nullable ? null : typed);
  };

  switch (field.kind) {
    case "secret":
      return (
        <SecretField
          {...shared}
          multiline={field.multiline}
          value={(value ?? null) as Secret}
          stored={(stored ?? null) as Secret}
          onChange={onChange}
        />
      );
    case "choice":
      return (
        <NativeSelect {...shared} data={field.choices} value={String(value)} onChange={onText} />
      );
    case "boolean":
      return (
        <Switch
          {...shared}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberField
          {...shared}
          integer={field.integer}
          value={typeof value === "number" ? value : null}
          onChange={onChange}
        />
      );
    case "list":
      return (
        <LinesField
          {...shared}
          value={Array.isArray(value) ? (value as string[]) : []}
          onChange={onChange}
        />
      );
    case "pairs":
      return (
        <PairRows
          noun={field.title}
          at={here}
          rows={Array.isArray(value) ? (value as Pair[]) : []}
          errors={errors}
          onChange={onChange}
        />
      );
    case "text":
      return field.multiline ? (
        <Textarea {...shared} autosize minRows={3} maxRows={12} value={text} onChange={onText} />
      ) : (
        <TextInput
          {...shared}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={onText}
        />
      );
  }
}
