// Kinds and saved data sources.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Answer, call, callExact } from "./client";
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
    return items;
  },
});

const SIDEBAR_LENGTH = 100;

/** The first saved sources whose name holds `search`, and whether there are more. */
export function savedSourcesQuery(search: string) {
  return queryOptions({
    queryKey: ["sources", "search", search],
    queryFn: async ({ signal }) =>
      (
        await callExact<Page<DataSource>>("GET", "/data-sources", {
          query: { search, limit: SIDEBAR_LENGTH },
          signal,
        })
      ).data,
    placeholderData: keepPreviousData,
  });
}

export function sourceQuery(id: string) {
  return queryOptions({
    queryKey: ["source", id],
    queryFn: async ({ signal }) => callExact<DataSource>("GET", sourcePath(id), { signal }),
  });
}

export async function createSource(kind: string): Promise<DataSource> {
  return (await callExact<DataSource>("POST", "/data-sources", { body: { kind } })).data;
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

export async function deleteSource(id: string): Promise<void> {
  await call("DELETE", sourcePath(id));
}

function sourcePath(id: string): string {
  return `/data-sources/${encodeURIComponent(id)}`;
}
