// Sidebar: the saved sources, found by name as one types.
import { Text, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { kindsQuery, savedSourcesQuery } from "@/api/sources";
import type { DataSource, Preset } from "@/api/types";
import { inWords } from "@/lib/problem";
import { HealthDot } from "@/ui/HealthDot";
import { ApiIcon, SearchIcon, WarningIcon } from "@/ui/icons";
import { NavigationLink } from "@/ui/links";
import { Monogram } from "@/ui/Monogram";
import { hueOf, monogram, presetOf } from "./presetList";
import classes from "./SourcesFrame.module.css";

/** Fewer than this are seen at a glance. */
const SEARCH_FROM = 8;

export function SavedSources({ current }: { current: string | undefined }) {
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 150);
  const { data, error } = useQuery(savedSourcesQuery(asked));
  const { data: kinds } = useQuery(kindsQuery);
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
            <SavedSource
              source={source}
              preset={presetOf(source.base_url, kinds?.presets ?? [])}
              open={source.id === current}
            />
          </li>
        ))}
      </ul>
      {data?.next && <Note>There are more: type to find one.</Note>}
    </nav>
  );
}

interface SavedSourceProps {
  source: DataSource;
  preset: Preset | undefined;
  open: boolean;
}

function SavedSource({ source, preset, open }: SavedSourceProps) {
  return (
    <NavigationLink
      to="/data-sources/$id"
      params={{ id: source.id }}
      label={source.name}
      title={source.base_url || undefined}
      leftSection={
        preset ? (
          <Monogram letters={monogram(preset.title)} hue={hueOf(preset.title)} size={20} />
        ) : (
          <ApiIcon size={20} />
        )
      }
      active={open}
      aria-current={open ? "page" : undefined}
      rightSection={<Marks source={source} />}
    />
  );
}

/** What to beware of, and how it fares. */
function Marks({ source }: { source: DataSource }) {
  const beware = (source.warnings ?? []).map(({ detail }) => detail).join(" ");
  return (
    <span className={classes.marks}>
      {beware && (
        <Tooltip label={beware} multiline maw={320}>
          <Text span c={colorOf(source)} lh={0} role="img" aria-label={beware}>
            <WarningIcon size={16} />
          </Text>
        </Tooltip>
      )}
      {source.health && <HealthDot health={source.health} />}
    </span>
  );
}

/** Red for a server that is not verified at all; the rest is to be mended in time. */
function colorOf(source: DataSource): string {
  const name = source.tls.mode === "insecure" ? "error" : "orange-light-color";
  return `var(--mantine-color-${name})`;
}

function Note({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" px={10} py={4}>
      {children}
    </Text>
  );
}
