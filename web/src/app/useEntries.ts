// What the palette offers: places to go to, queries to run, things to make; the likeliest first.
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { queriesQuery } from "@/api/queries";
import { sessionQuery } from "@/api/session";
import { savedSourcesQuery } from "@/api/sources";
import type { DataSource, Query, Role } from "@/api/types";
import { askToRun } from "@/lib/runRequest";
import { addable, placesFor } from "./pages";

/** More than this are found by another letter, not by scrolling. */
const MOST = 24;

export interface Entry {
  key: string;
  name: string;
  /** A word about it, at its right. */
  sort: string;
  to: string;
  /** What else choosing it does, once its page is opened. */
  act?: () => void;
}

export function useEntries(text: string): { entries: Entry[]; isLoading: boolean } {
  const [asked] = useDebouncedValue(lastWord(text), 120);
  const sources = useQuery(savedSourcesQuery(asked));
  const queries = useQuery(queriesQuery);
  const { data: user } = useQuery(sessionQuery);
  const all = user ? everything(user.role, sources.data?.items ?? [], queries.data ?? []) : [];
  return {
    entries: matching(all, text).slice(0, MOST),
    isLoading: sources.isLoading || queries.isLoading,
  };
}

/** The server looks sources up by name: of "new query on crm" only the end can be one. */
function lastWord(text: string): string {
  return text.trim().split(/\s+/).at(-1) ?? "";
}

function everything(role: Role, sources: DataSource[], queries: Query[]): Entry[] {
  const atSource = (id: string) => `/data-sources/${encodeURIComponent(id)}`;
  const atQuery = (id: string) => `/queries/${encodeURIComponent(id)}`;
  return [
    ...placesFor(role).map(({ to, label }) => ({ key: `go ${to}`, name: label, sort: "Page", to })),
    ...addable(role).map(({ to, label }) => ({
      key: `add ${to}`,
      name: label,
      sort: "Create",
      to,
    })),
    ...sources.map(({ id, name }) => ({ key: id, name, sort: "Data source", to: atSource(id) })),
    ...queries.map(({ id, name }) => ({ key: id, name, sort: "Query", to: atQuery(id) })),
    ...queries.map(({ id, name }) => ({
      key: `run ${id}`,
      name: `Run ${name}`,
      sort: "Run",
      to: atQuery(id),
      act: () => askToRun(id),
    })),
    ...(role === "runner" ? [] : sources).map(({ id, name }) => ({
      key: `new ${id}`,
      name: `New query on ${name}`,
      sort: "Create",
      to: `/queries?new=${encodeURIComponent(id)}`,
    })),
  ];
}

/** Those whose name holds every word; first those that begin as what was typed does. */
function matching(all: Entry[], text: string): Entry[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const begins = ({ name }: Entry) => Number(name.toLowerCase().startsWith(wanted));
  return all
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .sort((a, b) => begins(b) - begins(a));
}
