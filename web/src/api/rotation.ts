// Replacing a source's credential with overlap: how the next one did, and retiring the old one.
import { queryOptions } from "@tanstack/react-query";
import { call } from "./client";
import type { RunRecord } from "./runs";
import type { Page } from "./types";

/** How the next credential did when it was tried last. */
export interface Trial {
  worked: boolean;
  at: string;
  run: string;
}

const WORKED = "credential_next_worked";
const REFUSED = "credential_next_refused";
const RUNS_LOOKED_AT = 50;
const WATCH_MS = 10_000;

/** The newest trial among the source's last runs, or null; looked at again while the page is open. */
export function trialQuery(source: string, since: string) {
  return queryOptions({
    queryKey: ["runs", "trial", source, since],
    queryFn: async ({ signal }): Promise<Trial | null> => {
      const { data } = await call<Page<RunRecord>>("GET", "/runs", {
        query: { data_source: source, limit: RUNS_LOOKED_AT },
        signal,
      });
      for (const { id, started_at: at, warnings } of data.items) {
        const code = warnings.map((warning) => warning.code).find(isTrial);
        if (code && at >= since) return { worked: code === WORKED, at, run: id };
      }
      return null;
    },
    refetchInterval: WATCH_MS,
  });
}

function isTrial(code: string): boolean {
  return code === WORKED || code === REFUSED;
}

/** Makes the next credential the only one. */
export async function retireCredential(source: string): Promise<void> {
  await call("POST", `/data-sources/${encodeURIComponent(source)}/credential/retire`);
}
