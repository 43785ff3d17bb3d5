// A text field that offers names while `{{ …` is being typed (ARIA's combobox with a listbox popup).
import { Popover, TextInput, type TextInputProps } from "@mantine/core";
import { type KeyboardEvent, useContext, useId, useLayoutEffect, useRef, useState } from "react";
import classes from "./TemplateInput.module.css";
import { filledIn, matching, openTemplate, TemplateNames } from "./templateNames";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value: string;
  onChange: (value: string) => void;
}

export function TemplateInput({ value, onChange, onBlur, onKeyDown, ...rest }: Props) {
  const names = useContext(TemplateNames);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const caretAfter = useRef<number | null>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const template = caret === null ? null : openTemplate(value, caret);
  const options = template ? matching(names, template.word) : [];
  const opened = options.length > 0;
  const at = Math.min(active, options.length - 1);

  useLayoutEffect(() => {
    if (caretAfter.current === null) return;
    input.current?.setSelectionRange(caretAfter.current, caretAfter.current);
    caretAfter.current = null;
  });

  const accept = (name: string | undefined) => {
    if (!template || caret === null || name === undefined) return;
    const filled = filledIn(value, caret, template, name);
    caretAfter.current = filled.caret;
    setCaret(null);
    onChange(filled.text);
  };

  /** True when the key was meant for the list. */
  const pressed = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean => {
    if (!opened || ctrlKey || metaKey) return false;
    if (key === "ArrowDown") setActive((at + 1) % options.length);
    else if (key === "ArrowUp") setActive((at + options.length - 1) % options.length);
    else if (key === "Enter" || key === "Tab") accept(options[at]);
    else if (key === "Escape") setCaret(null);
    else return false;
    return true;
  };

  const combobox = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": opened,
    "aria-controls": opened ? listId : undefined,
    "aria-activedescendant": opened ? `${listId}-${at}` : undefined,
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
          {...(names.length > 0 && combobox)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={value}
          onChange={(event) => {
            setCaret(event.currentTarget.selectionStart);
            setActive(0);
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
        <div id={listId} role="listbox" aria-label="Names for the template">
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
