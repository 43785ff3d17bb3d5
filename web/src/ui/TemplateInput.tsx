// A text field that offers names while `{{ …` is being typed, and whole values that are often meant
// (ARIA's combobox with a listbox popup).
import { Popover, TextInput, type TextInputProps } from "@mantine/core";
import { type KeyboardEvent, useContext, useId, useLayoutEffect, useRef, useState } from "react";
import classes from "./TemplateInput.module.css";
import { filledIn, matching, openTemplate, TemplateNames, wholeOnes } from "./templateNames";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value: string;
  onChange: (value: string) => void;
  /** Values to offer for the whole of the field; none is taken without being chosen. */
  words?: readonly string[];
  /** Whether `{{ }}` can stand here at all. */
  templates?: boolean;
}

const NONE: readonly string[] = [];

export function TemplateInput(props: Props) {
  const { value, onChange, onBlur, onKeyDown, words = NONE, templates = true, ...rest } = props;
  const known = useContext(TemplateNames);
  const names = templates ? known : NONE;
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const caretAfter = useRef<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(-1);
  const template = caret === null || !templates ? null : openTemplate(value, caret);
  const options =
    caret === null ? [] : template ? matching(names, template.word) : wholeOnes(words, value);
  const opened = options.length > 0;
  // A name is being typed, so its first match is meant; a whole value may be one of its own.
  const at = Math.min(template ? Math.max(0, active) : active, options.length - 1);

  useLayoutEffect(() => {
    if (caretAfter.current === null) return;
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  });

  const accept = (name: string | undefined) => {
    if (caret === null || name === undefined) return;
    const filled = template
      ? filledIn(value, caret, template, name)
      : { text: name, caret: name.length };
    caretAfter.current = filled.caret;
    setCaret(null);
    onChange(filled.text);
  };

  /** True when the key was meant for the list. */
  const pressed = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    if (ctrlKey || metaKey) return false;
    if (!opened) {
      if (key !== "ArrowDown" || words.length === 0) return false;
      setCaret(value.length);
      return true;
    }
    if (key === "ArrowDown") setActive((at + 1) % options.length);
    else if (key === "ArrowUp") setActive((Math.max(0, at) + options.length - 1) % options.length);
    else if ((key === "Enter" || key === "Tab") && at >= 0) accept(options[at]);
    else if (key === "Escape") setCaret(null);
    else return false;
    return true;
  };

  const combobox = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": opened,
    "aria-controls": opened ? listId : undefined,
    "aria-activedescendant": opened && at >= 0 ? `${listId}-${at}` : undefined,
  } as const;

  return (
    <Popover
      opened={opened}
      withRoles={false}
      withinPortal={false}
      position="bottom-start"
      offset={4}
      shadow="md"
    >
      <Popover.Target>
        <TextInput
          {...rest}
          ref={input}
          {...(names.length + words.length > 0 && combobox)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={value}
          onChange={(event) => {
            setCaret(event.currentTarget.selectionStart);
            setActive(-1);
            onChange(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (pressed(event)) {
              event.preventDefault();
              event.stopPropagation();
            } else onKeyDown?.(event);
          }}
          onBlur={(event) => {
            setCaret(null);
            onBlur?.(event);
          }}
        />
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <div
          id={listId}
          role="listbox"
          aria-label={template ? "Names for the template" : "Values to choose from"}
        >
          {options.map((name, position) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field, which keeps the focus
            <div
              key={name}
              id={`${listId}-${position}`}
              role="option"
              tabIndex={-1}
              aria-selected={position === at}
              className={classes.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => accept(name)}
            >
              {name}
            </div>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
