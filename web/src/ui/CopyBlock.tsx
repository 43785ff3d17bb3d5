// Text to take along, in a box of its own with a button that copies it.
import { Button, Input } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useId } from "react";
import classes from "./CopyBlock.module.css";
import { CheckIcon, CopyIcon } from "./icons";

interface CopyBlockProps {
  label: string;
  text: string;
  /** Put the focus on its button: the one thing to do next. */
  autoFocus?: boolean;
}

export function CopyBlock({ label, text, autoFocus }: CopyBlockProps) {
  const id = useId();
  const clipboard = useClipboard({ timeout: 1_500 });
  const words = clipboard.copied ? "Copied" : clipboard.error ? "Select and copy it" : "Copy";
  return (
    <div>
      <Input.Label id={id} labelElement="div">
        {label}
      </Input.Label>
      <div className={classes.block}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and its text is selected from the keyboard */}
        <pre role="group" aria-labelledby={id} tabIndex={0} className={classes.text}>
          {text}
        </pre>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${words}: ${label}`}
          autoFocus={autoFocus}
          leftSection={clipboard.copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
          onClick={() => clipboard.copy(text)}
        >
          {words}
        </Button>
      </div>
    </div>
  );
}
