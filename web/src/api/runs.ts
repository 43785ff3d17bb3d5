// The history of runs, without their data, and stopping one that goes on.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  Attempt,
  Notice,
  ReceivedResponse,
  RunFailure,
  SentRequest,
  Timings,
} from "@/lib/runAnswer";
import { call } from "./client";
import type { Page } from "./types";

export type RunStatus = "running" | "ok" | "failed" | "cancelled";

interface Named {
  id: string;
  name: string;
}

export interface RunRecord {
  id: string;
  status: RunStatus;
  /** null: it was run unsaved. */
  query: Named | null;
  data_source: Named;
  actor: Named & { kind: "user" | "token" | "system" };
  door: string;
  started_at: string;
  finished_at: string | null;
  duration_ms: number;
  size_bytes: number;
  request: SentRequest;
  response: ReceivedResponse | null;
  error: RunFailure | null;
  timings_ms: Timings | null;
  attempts: Attempt[];
  warnings: Notice[];
}

export interface RunFilter {
  query?: string | undefined;
  source?: string | undefined;
  status?: string | undefined;
}

const PAGE_SIZE = 50;
const WATCH_MS = 2_000;
const HEALTH_MS = 15_000;

/** Pages of runs, newest first; looked at again every two seconds. */
export function runsQuery({ query, source, status }: RunFilter) {
  return infiniteQueryOptions({
    queryKey: ["runs", { query, source, status }],
    queryFn: async ({ pageParam, signal }) =>
      (
        await call<Page<RunRecord>>("GET", "/runs", {
          query: { query, data_source: source, status, cursor: pageParam, limit: PAGE_SIZE },
          signal,
        })
      ).data,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // Live while one page is looked at; of more, only while one of them goes on.
    refetchInterval: ({ state }) => {
      const pages = state.data?.pages ?? [];
      return pages.length <= 1 || pages.some((page) => page.items.some(isRunning))
        ? WATCH_MS
        : false;
    },
    placeholderData: keepPreviousData,
  });
}

/** The last runs of a data source, newest first. */
export function healthQuery(source: string) {
  return queryOptions({
    queryKey: ["runs", "health", source],
    queryFn: async ({ signal }) =>
      (
        await call<Page<RunRecord>>("GET", "/runs", {
          query: { data_source: source, limit: PAGE_SIZE },
          signal,
        })
      ).data.items,
    refetchInterval: HEALTH_MS,
  });
}

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ["runs", id],
    queryFn: async ({ signal }) => (await call<RunRecord>("GET", runPath(id), { signal })).data,
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? WATCH_MS / 2 : false),
  });
}

export async function cancelRun(id: string): Promise<void> {
  await call("POST", `${runPath(id)}/cancel`);
}

export function isRunning(run: RunRecord): boolean {
  return run.status === "running";
}

function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}
