// All queries by data source, with search, and the way to a new one.
import { Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { queriesQuery } from "@/api/queries";
import { sourcesQuery } from "@/api/sources";
import type { DataSource, Query } from "@/api/types";
import { useCanEdit } from "@/api/useCanEdit";
import { PlusIcon, SearchIcon } from "@/ui/icons";
import { IconLink, NavigationLink } from "@/ui/links";
import { NewQuery } from "./NewQuery";
import classes from "./QueryList.module.css";

/** A source may have thousands; more links than this are searched, not scrolled. */
const MOST_SHOWN = 100;

interface Section {
  source: DataSource;
  queries: Query[];
}

export function QueryList({ chosen }: { chosen: string | undefined }) {
  const { data: sources = [] } = useQuery(sourcesQuery);
  const { data: queries = [] } = useQuery(queriesQuery);
  const [words, setWords] = useState("");
  const canEdit = useCanEdit();
  const groups = grouped(sources, queries, words);
  const list = useRef<HTMLElement>(null);
  const drawn = groups.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once there is a list, and for each choice
  useEffect(() => {
    const current = list.current?.querySelector('[aria-current="page"]');
    current?.scrollIntoView({ block: "nearest" });
  }, [chosen, drawn]);

  return (
    <Stack gap="sm" mah="100%" className={classes.column}>
      {canEdit && sources.length > 0 && <NewQuery sources={sources} />}
      <TextInput
        size="xs"
        aria-label="Search queries"
        placeholder="Search queries"
        leftSection={<SearchIcon size={14} />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {words.trim() !== "" && groups.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          No results for “{words.trim()}”
        </Text>
      )}
      <nav ref={list} aria-label="Queries by data source" className={classes.all}>
        {groups.map(({ source, queries: its }) => (
          <section key={source.id} aria-label={source.name} className={classes.group}>
            <Group justify="space-between" wrap="nowrap" gap={4} className={classes.head}>
              <Text size="xs" fw={600} c="dimmed" truncate title={source.name}>
                {source.name}
              </Text>
              {canEdit && (
                <Tooltip label={`New query on ${source.name}`}>
                  <IconLink
                    to="/queries"
                    search={{ new: source.id }}
                    preload={false}
                    variant="subtle"
                    color="gray"
                    c="dimmed"
                    size={24}
                    aria-label={`New query on ${source.name}`}
                  >
                    <PlusIcon size={14} />
                  </IconLink>
                </Tooltip>
              )}
            </Group>
            {shownOf(its, chosen).map((query) => (
              <NavigationLink
                key={query.id}
                to="/queries/$id"
                params={{ id: query.id }}
                preload={false}
                active={query.id === chosen}
                aria-current={query.id === chosen ? "page" : undefined}
                label={<span className={classes.name}>{query.name}</span>}
                leftSection={<span className={classes.method}>{query.method}</span>}
                className={classes.query}
              />
            ))}
            {its.length > MOST_SHOWN && (
              <Text size="xs" c="dimmed" px={8} py={4}>
                and {(its.length - MOST_SHOWN).toLocaleString("en")} more: search for them
              </Text>
            )}
          </section>
        ))}
      </nav>
    </Stack>
  );
}

/** The first ones, and the chosen one wherever it stands. */
function shownOf(queries: Query[], chosen: string | undefined): Query[] {
  return queries.filter(({ id }, at) => at < MOST_SHOWN || id === chosen);
}

/** Sources with their queries that match; while nothing is searched, empty sources too. */
function grouped(sources: DataSource[], queries: Query[], words: string): Section[] {
  const wanted = words.trim().toLowerCase();
  return sources
    .map((source) => ({
      source,
      queries: queries.filter(
        (query) =>
          query.data_source === source.id &&
          `${query.name} ${query.path} ${source.name}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter((group) => wanted === "" || group.queries.length > 0);
}
