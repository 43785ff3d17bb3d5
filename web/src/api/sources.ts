// Kinds and saved data sources.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiProblem } from "@/lib/problem";
import { type Answer, call, callExact } from "./client";
import { deleteSoon, isDeleted } from "./deletion";
import type { DataSource, Kinds, Page } from "./types";

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: async () => (await call<Kinds>("GET", "/kinds")).data,
  staleTime: Number.POSITIVE_INFINITY,
});

const PAGE_SIZE = 200;

/** All saved sources, oldest page first; the server pages, the sidebar does not. */
export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: async ({ signal }) => {
    const items: DataSource[] = [];
    let cursor: string | null = null;
    do {
      const answer: Answer<Page<DataSource>> = await callExact("GET", "/data-sources", {
        query: { limit: PAGE_SIZE, cursor },
        signal,
      });
      items.push(...answer.data.items);
      cursor = answer.data.next;
    } while (cursor);
    return items.filter(({ id }) => !isDeleted(id));
  },
});

const SIDEBAR_LENGTH = 100;

/** The first saved sources whose name holds `search`, and whether there are more. */
export function savedSourcesQuery(search: string) {
  return queryOptions({
    queryKey: ["sources", "search", search],
    queryFn: async ({ signal }) => {
      const { data } = await callExact<Page<DataSource>>("GET", "/data-sources", {
        query: { search, limit: SIDEBAR_LENGTH },
        signal,
      });
      return { ...data, items: data.items.filter(({ id }) => !isDeleted(id)) };
    },
    placeholderData: keepPreviousData,
  });
}

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: ["source", id],
    queryFn: async ({ signal }) => {
      if (isDeleted(id)) throw new ApiProblem(404, { detail: "It was just deleted." });
      return callExact<DataSource>("GET", sourcePath(id), { signal });
    },
  });
}

export async function createSource(
  source: { kind: string } & Record<string, unknown>,
): Promise<DataSource> {
  return (await callExact<DataSource>("POST", "/data-sources", { body: source })).data;
}

/** Merge patch (RFC 7396), refused with 412 when the version in `etag` is no longer the current one. */
export async function patchSource(
  id: string,
  patch: Record<string, unknown>,
  etag: string | null,
): Promise<Answer<DataSource>> {
  const headers: Record<string, string> = { "Content-Type": "application/merge-patch+json" };
  if (etag) headers["If-Match"] = etag;
  return callExact<DataSource>("PATCH", sourcePath(id), { body: patch, headers });
}

/** Deleted in a few seconds, unless it is undone. Only for a source that no query uses. */
export function deleteSource({ id, name }: DataSource): void {
  const place = `/data-sources/${encodeURIComponent(id)}`;
  deleteSoon(sourcePath(id), { id, what: `data source ${name}`, place });
}

function sourcePath(id: string): string {
  return `/data-sources/${encodeURIComponent(id)}`;
}
