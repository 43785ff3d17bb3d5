// A secret: typed once, then only "•••••• set 3 days ago" with Replace and Clear. It never comes back.
// An admin may say instead where it is kept, to be read when it is used.
import { Button, Group, Input, PasswordInput, Text, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useContext, useId } from "react";
import { flushSync } from "react-dom";
import type { Secret } from "@/api/types";
import { storedMark, typedReference, typedText } from "@/lib/secret";
import { MayRefer } from "./mayRefer";
import { RelativeTime } from "./RelativeTime";

export interface SecretFieldProps {
  label: string;
  description?: ReactNode;
  /** What is on screen: the mark, a typed text, or null for none. */
  value: Secret;
  /** What the server has, to tell "never set" from "will be cleared". */
  stored: Secret;
  onChange: (value: Secret) => void;
  error?: ReactNode;
  required?: boolean;
  /** Text of several lines (a key in PEM): a larger field, of which nothing is masked while typing. */
  multiline?: boolean;
  placeholder?: string;
  /** In rows of a table the label is only read out. */
  hideLabel?: boolean;
  "data-pointer"?: string;
}

const ELSEWHERE = "Keep it elsewhere";
const HERE = "Type it instead";

function Dots() {
  return <span aria-hidden>•••••• </span>;
}

export function SecretField(props: SecretFieldProps) {
  const { label, value, stored, onChange, hideLabel, error } = props;
  const mark = storedMark(value);
  const was = storedMark(stored);
  const reference = typedReference(value);
  const mayRefer = useContext(MayRefer);
  const id = useId();
  /** Drawn at once, so that what is typed next goes into the field. */
  const changeAndFocus = (next: Secret) => {
    flushSync(() => onChange(next));
    document.getElementById(id)?.focus();
  };

  if (mark) {
    return (
      <Input.Wrapper
        label={hideLabel ? undefined : label}
        labelElement="div"
        description={props.description}
        error={error}
        inputWrapperOrder={["label", "description", "input", "error"]}
      >
        <Group
          gap="xs"
          className="sk-secret"
          mt={hideLabel ? 0 : 6}
          role="group"
          aria-label={label}
          wrap="nowrap"
          data-pointer={props["data-pointer"]}
          tabIndex={-1}
        >
          <Text size="sm" truncate>
            {mark.from ? <span className="sk-code">{mark.from} </span> : <Dots />}set
            {mark.updated_at ? (
              <>
                {" "}
                <RelativeTime at={mark.updated_at} />
              </>
            ) : null}
          </Text>
          <Group gap={4} wrap="nowrap">
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Replace ${label}`}
              onClick={() => changeAndFocus("")}
            >
              Replace
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Clear ${label}`}
              onClick={() => onChange(null)}
            >
              Clear
            </Button>
          </Group>
        </Group>
      </Input.Wrapper>
    );
  }

  const shared = {
    id,
    label: hideLabel ? undefined : label,
    "aria-label": hideLabel ? label : undefined,
    description: props.description,
    error,
    required: props.required,
    autoComplete: "off",
    spellCheck: false,
    "data-pointer": props["data-pointer"],
  };
  const typed = {
    ...shared,
    placeholder: props.placeholder,
    value: typedText(value),
    onChange: (event: { currentTarget: { value: string } }) => {
      const text = event.currentTarget.value;
      onChange(text === "" && !was ? null : text);
    },
  };
  return (
    <div>
      {reference !== null ? (
        <TextInput
          {...shared}
          placeholder="env:NAME or file:/run/secrets/name"
          classNames={{ input: "sk-code" }}
          value={reference}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
      ) : props.multiline ? (
        <Textarea {...typed} autosize minRows={4} maxRows={10} classNames={{ input: "sk-code" }} />
      ) : (
        <PasswordInput
          {...typed}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": `Show ${label}` }}
        />
      )}
      <Group gap="xs" mt={was || mayRefer ? 4 : 0}>
        {was && (
          <>
            <Text size="xs" c="dimmed">
              {value === null ? "Cleared when you save." : "Replaced when you save."}
            </Text>
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Keep the stored one: ${label}`}
              onClick={() => onChange(was)}
            >
              Keep the stored one
            </Button>
          </>
        )}
        {mayRefer && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`${reference === null ? ELSEWHERE : HERE}: ${label}`}
            onClick={() => changeAndFocus(reference === null ? { from: "" } : was ? "" : null)}
          >
            {reference === null ? ELSEWHERE : HERE}
          </Button>
        )}
      </Group>
    </div>
  );
}
