// A list of short texts, one a line.
import { Textarea, type TextareaProps } from "@mantine/core";
import { useState } from "react";

interface LinesFieldProps extends Omit<TextareaProps, "value" | "onChange"> {
  value: string[];
  onChange: (value: string[]) => void;
}

export function LinesField({ value, onChange, ...rest }: LinesFieldProps) {
  const [text, setText] = useState(() => value.join("\n"));
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if (linesOf(text).join("\n") !== value.join("\n")) setText(value.join("\n"));
  }
  return (
    <Textarea
      autosize
      minRows={2}
      maxRows={10}
      spellCheck={false}
      classNames={{ input: "sk-code" }}
      {...rest}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const lines = linesOf(next);
        setSeen(lines);
        onChange(lines);
      }}
    />
  );
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
