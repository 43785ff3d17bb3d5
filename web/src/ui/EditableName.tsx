// A name that is renamed where it stands: click, type, Enter saves at once, Escape leaves it as it was.
import { Loader, Text, TextInput, Title, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { inWords } from "@/lib/problem";
import { PencilIcon } from "./icons";

interface EditableNameProps {
  name: string;
  /** What is named, for screen readers: "data source". */
  noun: string;
  /** Saves the new name; rejects with the reason when it is refused. */
  onRename: (name: string) => Promise<unknown>;
}

export function EditableName({ name, noun, onRename }: EditableNameProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const returnFocus = useRef(false);

  useEffect(() => {
    if (draft === null && returnFocus.current) {
      returnFocus.current = false;
      button.current?.focus();
    }
  }, [draft]);

  const leave = (focus: boolean) => {
    returnFocus.current = focus;
    setRefusal(null);
    setDraft(null);
  };

  const save = async (focus: boolean) => {
    const wanted = (draft ?? "").trim();
    if (saving) return;
    if (wanted === name) return leave(focus);
    if (wanted === "") return setRefusal(`A ${noun} needs a name.`);
    setSaving(true);
    try {
      await onRename(wanted);
      leave(focus);
    } catch (error) {
      setRefusal(inWords(error));
    } finally {
      setSaving(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      void save(true);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      leave(true);
    }
  };

  if (draft === null) {
    return (
      <Title order={1} size="h4" className="sk-name-heading">
        <UnstyledButton
          ref={button}
          className="sk-name"
          onClick={() => setDraft(name)}
          aria-label={`Rename ${noun} ${name}`}
          title="Rename"
        >
          <Text span inherit truncate>
            {name}
          </Text>
          <PencilIcon size={14} />
        </UnstyledButton>
      </Title>
    );
  }
  return (
    <>
      <VisuallyHidden component="h1">{name}</VisuallyHidden>
      <TextInput
        autoFocus
        aria-label={`Name of the ${noun}`}
        value={draft}
        error={refusal}
        maxLength={200}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => {
          setRefusal(null);
          setDraft(event.currentTarget.value);
        }}
        onBlur={() => (refusal ? leave(false) : void save(false))}
        onKeyDown={onKeyDown}
        rightSection={saving ? <Loader size="xs" /> : null}
      />
    </>
  );
}
