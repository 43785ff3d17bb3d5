// Saved queries, and running what is on the screen. Bodies are written and read with exact numbers.
import { queryOptions } from "@tanstack/react-query";
import { stringifyExact } from "@/lib/exactJson";
import type { Preview } from "@/lib/preview";
import { ApiProblem } from "@/lib/problem";
import { type RunAnswer, readRunAnswer } from "@/lib/runAnswer";
import { type Answer, callExact, send } from "./client";
import { deleteSoon, isDeleted } from "./deletion";
import type { Page, Query } from "./types";

/** The most that the server gives at once. */
const PAGE_SIZE = 1000;

/** A query as `/data-sources/{source}/run` takes it unsaved. */
export type QueryRequest = Omit<Query, "id" | "name" | "data_source" | "created_at" | "updated_at">;

export type ParameterInput = Record<string, unknown>;

export const queriesQuery = queryOptions({
  queryKey: ["queries"],
  queryFn: async ({ signal }) => {
    const items: Query[] = [];
    let cursor: string | null = null;
    do {
      const answer: Answer<Page<Query>> = await callExact("GET", "/queries", {
        query: { limit: PAGE_SIZE, cursor },
        signal,
      });
      items.push(...answer.data.items);
      cursor = answer.data.next;
    } while (cursor);
    return items.filter(({ id }) => !isDeleted(id));
  },
});

export function queryQuery(id: string) {
  return queryOptions({
    queryKey: ["queries", id],
    queryFn: async ({ signal }) => {
      if (isDeleted(id)) throw new ApiProblem(404, { detail: "It was just deleted." });
      return callExact<Query>("GET", queryPath(id), { signal });
    },
  });
}

export async function createQuery(
  query: Partial<Query> & Pick<Query, "data_source">,
): Promise<Query> {
  return (await callExact<Query>("POST", "/queries", { body: query })).data;
}

/** Merge patch (RFC 7396); 412 when `etag` is not the current version. */
export async function patchQuery(
  id: string,
  patch: Record<string, unknown>,
  etag: string | null,
): Promise<Answer<Query>> {
  const headers: Record<string, string> = { "Content-Type": "application/merge-patch+json" };
  if (etag) headers["If-Match"] = etag;
  return callExact<Query>("PATCH", queryPath(id), { body: patch, headers });
}

/** Deleted in a few seconds, unless it is undone. */
export function deleteQuery({ id, name }: Query): void {
  const place = `/queries/${encodeURIComponent(id)}`;
  deleteSoon(queryPath(id), { id, what: `query ${name}`, place });
}

export async function runSaved(
  id: string,
  parameters: ParameterInput,
  signal: AbortSignal,
): Promise<RunAnswer> {
  const body = stringifyExact({ parameters });
  const response = await send("POST", `${queryPath(id)}/run`, { body, signal });
  return readRunAnswer(await response.text());
}

export async function runUnsaved(
  source: string,
  query: QueryRequest,
  parameters: ParameterInput,
  signal: AbortSignal,
): Promise<RunAnswer> {
  const body = stringifyExact({ query, parameters });
  const response = await send("POST", `${sourcePath(source)}/run`, { body, signal });
  return readRunAnswer(await response.text());
}

export async function previewSaved(id: string, parameters: ParameterInput): Promise<Preview> {
  const body = { parameters };
  return (await callExact<Preview>("POST", `${queryPath(id)}/preview`, { body })).data;
}

export async function previewUnsaved(
  source: string,
  query: QueryRequest,
  parameters: ParameterInput,
): Promise<Preview> {
  const body = { query, parameters };
  return (await callExact<Preview>("POST", `${sourcePath(source)}/preview`, { body })).data;
}

function queryPath(id: string): string {
  return `/queries/${encodeURIComponent(id)}`;
}

function sourcePath(id: string): string {
  return `/data-sources/${encodeURIComponent(id)}`;
}
