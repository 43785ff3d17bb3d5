// A number that may be half typed: the text is the person's, the value is told once it is a number.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface NumberFieldProps extends Omit<TextInputProps, "value" | "onChange" | "type"> {
  value: number | null;
  /** null: the field was emptied; NaN: what stands there is no number, so that a save can refuse it. */
  onChange: (value: number | null) => void;
  integer?: boolean;
  unit?: string;
}

export function NumberField({ value, onChange, integer, unit, error, ...rest }: NumberFieldProps) {
  const [text, setText] = useState(() => inText(value));
  const [seen, setSeen] = useState(value);
  if (!Object.is(seen, value)) {
    // Changed from outside (saved, reloaded): the text follows, unless it already says the same.
    setSeen(value);
    if (!Object.is(read(text, integer), value)) setText(inText(value));
  }
  const fault = integer ? "Enter a whole number." : "Enter a number.";
  return (
    <TextInput
      {...rest}
      inputMode={integer ? "numeric" : "decimal"}
      autoComplete="off"
      value={text}
      error={Number.isNaN(read(text, integer)) ? fault : error}
      rightSection={
        unit ? (
          <span className="sk-unit" aria-hidden>
            {unit}
          </span>
        ) : undefined
      }
      rightSectionWidth={unit ? 20 + unit.length * 8 : undefined}
      rightSectionPointerEvents="none"
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const number = read(next, integer);
        setSeen(number);
        onChange(number);
      }}
    />
  );
}

function inText(value: number | null): string {
  return value === null || Number.isNaN(value) ? "" : String(value);
}

function read(text: string, integer: boolean | undefined): number | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  return (integer ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/).test(trimmed) ? Number(trimmed) : Number.NaN;
}
