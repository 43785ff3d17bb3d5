// Text with lines: an editor that is loaded when first needed, a plain text box until then.
import { Input, Textarea } from "@mantine/core";
import { Suspense, useId } from "react";
import { lazyPart } from "./lazyPart";

const CodeEditor = lazyPart(async () => (await import("./CodeEditor")).CodeEditor);

export interface CodeFieldProps {
  label: string;
  value: string;
  language: "json" | "text";
  /** Without it the text can be read and copied, not changed. */
  onChange?: (value: string) => void;
  error?: string | undefined;
  /** What `{{ }}` may hold here, such as `params.id`. */
  completions?: readonly string[];
  hideLabel?: boolean;
  minHeight?: number;
  maxHeight?: number;
}

export function CodeField(props: CodeFieldProps) {
  const id = useId();
  const { label, hideLabel, error } = props;
  return (
    <Input.Wrapper
      label={hideLabel ? undefined : <span id={id}>{label}</span>}
      labelElement="div"
      error={error}
      errorProps={{ id: `${id}-error` }}
    >
      <Suspense fallback={<Waiting {...props} />}>
        <CodeEditor
          {...props}
          labelId={hideLabel ? undefined : id}
          errorId={error ? `${id}-error` : undefined}
        />
      </Suspense>
    </Input.Wrapper>
  );
}

/** Usable at once: what is typed here is in the editor when it comes. */
function Waiting({ label, value, onChange, minHeight }: CodeFieldProps) {
  return (
    <Textarea
      aria-label={label}
      value={value.length > 100_000 ? value.slice(0, 100_000) : value}
      readOnly={!onChange}
      onChange={(event) => onChange?.(event.currentTarget.value)}
      styles={{ input: { minHeight, fontFamily: "var(--mantine-font-family-monospace)" } }}
    />
  );
}
