// Ctrl/Cmd+K: type a few letters of a page, a data source, a query or an act, press Enter, be there.
import { Loader, Modal, Text, TextInput } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { SearchIcon } from "@/ui/icons";
import classes from "./Palette.module.css";
import { type Entry, useEntries } from "./useEntries";

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      title="Go to, run or create"
      padding="xs"
      yOffset="12dvh"
      centered={false}
    >
      <Search onClose={onClose} />
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { entries, isLoading } = useEntries(text);
  const chosen = Math.min(at, entries.length - 1);

  const choose = async (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    await router.navigate({ href: entry.to });
    // Unsaved work may have held the person back.
    if (router.state.location.pathname === entry.to) entry.act?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (entries.length === 0) return;
      const next = (chosen + step + entries.length) % entries.length;
      setAt(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      void choose(entries[chosen]);
    }
  };

  return (
    <>
      <TextInput
        role="combobox"
        aria-label="Page, source, query or act"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={entries[chosen] ? `${list}-${chosen}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        placeholder="Page, source, query or act"
        leftSection={<SearchIcon size={16} />}
        rightSection={isLoading ? <Loader size="xs" /> : null}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="What there is" className={classes.list}>
        {entries.map((entry, position) => (
          <div
            key={entry.key}
            id={`${list}-${position}`}
            role="option"
            tabIndex={-1}
            aria-selected={position === chosen}
            className={classes.entry}
            onPointerMove={() => setAt(position)}
            onClick={() => void choose(entry)}
            onKeyDown={onKeyDown}
          >
            <Text span truncate>
              {entry.name}
            </Text>
            <Text span size="sm" c="dimmed">
              {entry.sort}
            </Text>
          </div>
        ))}
      </div>
      {entries.length === 0 && !isLoading && (
        <Text size="sm" c="dimmed" p="sm" role="status">
          No results for "{text.trim()}"
        </Text>
      )}
    </>
  );
}
