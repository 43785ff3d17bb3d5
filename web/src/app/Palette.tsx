// Ctrl/Cmd+K: type a few letters of a page, a data source or a query, press Enter, be there.
import { Loader, Modal, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { queriesQuery } from "@/api/queries";
import { sessionQuery } from "@/api/session";
import { savedSourcesQuery } from "@/api/sources";
import { SearchIcon } from "@/ui/icons";
import classes from "./Palette.module.css";
import { placesFor } from "./pages";

const MOST = 12;

interface Place {
  key: string;
  name: string;
  sort: string;
  to: string;
}

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      title="Go to"
      padding="xs"
      yOffset="12dvh"
      centered={false}
    >
      <Search onClose={onClose} />
    </Modal>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { places, isLoading } = usePlaces(text);
  const chosen = Math.min(at, places.length - 1);

  const go = (place: Place | undefined) => {
    if (!place) return;
    onClose();
    void navigate({ to: place.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (places.length === 0) return;
      const next = (chosen + step + places.length) % places.length;
      setAt(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(places[chosen]);
    }
  };

  return (
    <>
      <TextInput
        role="combobox"
        aria-label="Page, data source or query"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={places[chosen] ? `${list}-${chosen}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        placeholder="Page, data source or query"
        leftSection={<SearchIcon size={16} />}
        rightSection={isLoading ? <Loader size="xs" /> : null}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label="Places" className={classes.list}>
        {places.map((place, position) => (
          <div
            key={place.key}
            id={`${list}-${position}`}
            role="option"
            tabIndex={-1}
            aria-selected={position === chosen}
            className={classes.place}
            onPointerMove={() => setAt(position)}
            onClick={() => go(place)}
            onKeyDown={onKeyDown}
          >
            <Text span truncate>
              {place.name}
            </Text>
            <Text span size="sm" c="dimmed">
              {place.sort}
            </Text>
          </div>
        ))}
      </div>
      {places.length === 0 && !isLoading && (
        <Text size="sm" c="dimmed" p="sm" role="status">
          No results for "{text.trim()}"
        </Text>
      )}
    </>
  );
}

/** Pages first, then sources, then queries: those whose name holds what was typed. */
function usePlaces(text: string): { places: Place[]; isLoading: boolean } {
  const wanted = text.trim().toLowerCase();
  const [asked] = useDebouncedValue(text.trim(), 120);
  const sources = useQuery(savedSourcesQuery(asked));
  const queries = useQuery(queriesQuery);
  const { data: user } = useQuery(sessionQuery);
  const all: Place[] = [
    ...(user ? placesFor(user.role) : []).map(({ to, label }) => ({
      key: to,
      name: label,
      sort: "Page",
      to,
    })),
    ...(sources.data?.items ?? []).map(({ id, name }) => ({
      key: id,
      name,
      sort: "Data source",
      to: `/data-sources/${encodeURIComponent(id)}`,
    })),
    ...(queries.data ?? []).map(({ id, name }) => ({
      key: id,
      name,
      sort: "Query",
      to: `/queries/${encodeURIComponent(id)}`,
    })),
  ];
  const places = all.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, MOST);
  return { places, isLoading: sources.isLoading || queries.isLoading };
}
