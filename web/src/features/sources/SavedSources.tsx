// Sidebar: the saved sources, found by name as one types.
import { Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { savedSourcesQuery } from "@/api/sources";
import type { DataSource } from "@/api/types";
import { inWords } from "@/lib/problem";
import { ApiIcon, SearchIcon, WarningIcon } from "@/ui/icons";
import { NavigationLink } from "@/ui/links";
import classes from "./SourcesFrame.module.css";

/** Fewer than this are seen at a glance. */
const SEARCH_FROM = 8;

export function SavedSources({ current }: { current: string | undefined }) {
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 150);
  const { data, error } = useQuery(savedSourcesQuery(asked));
  const searchable = search !== "" || (data?.items.length ?? 0) >= SEARCH_FROM;

  return (
    <nav className={classes.group} aria-labelledby="saved-heading">
      <h2 id="saved-heading" className={classes.heading}>
        Saved data sources
      </h2>
      {searchable && (
        <TextInput
          aria-label="Find a saved data source"
          placeholder="Find"
          size="xs"
          mx={10}
          mb={6}
          leftSection={<SearchIcon size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {error && !data && <Note>{inWords(error)}</Note>}
      {data?.items.length === 0 && <Note>{asked ? `No results for "${asked}"` : "None yet."}</Note>}
      <ul className={classes.list}>
        {data?.items.map((source) => (
          <li key={source.id}>
            <SavedSource source={source} open={source.id === current} />
          </li>
        ))}
      </ul>
      {data?.next && <Note>There are more: type to find one.</Note>}
    </nav>
  );
}

function SavedSource({ source, open }: { source: DataSource; open: boolean }) {
  const beware = warningOf(source);
  return (
    <NavigationLink
      to="/data-sources/$id"
      params={{ id: source.id }}
      label={source.name}
      title={source.base_url || undefined}
      leftSection={<ApiIcon />}
      active={open}
      aria-current={open ? "page" : undefined}
      rightSection={
        beware && (
          <Tooltip label={beware}>
            <Text span c="var(--mantine-color-error)" lh={0} role="img" aria-label={beware}>
              <WarningIcon size={16} />
            </Text>
          </Tooltip>
        )
      }
    />
  );
}

function warningOf(source: DataSource): string | null {
  if (source.tls.mode === "insecure") return "The server is not verified";
  return source.warnings?.[0]?.detail ?? null;
}

function Note({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" px={10} py={4}>
      {children}
    </Text>
  );
}
