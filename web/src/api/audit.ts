// The audit trail: its lines, its export, and whether it is as it was written.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { call } from "./client";
import type { Page } from "./types";

export interface AuditLine {
  seq: number;
  at: string;
  actor: { kind: "user" | "token" | "system"; id: string; name: string };
  door: string;
  action: string;
  target: { kind: string | null; id: string | null; name: string | null };
  outcome: "ok" | "failed" | "denied";
  detail: Record<string, unknown>;
  prev_hash: string;
  hash: string;
}

export interface AuditFilter {
  actor?: string | undefined;
  target?: string | undefined;
  /** One action, as `source.update`, or a group, as `source.*`. */
  action?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export interface AuditCheck {
  ok: boolean;
  lines: number;
  broken: { seq: number; detail: string } | null;
}

const PAGE_SIZE = 50;

/** Lines, newest first. */
export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: async ({ pageParam, signal }) =>
      (
        await call<Page<AuditLine>>("GET", "/audit", {
          query: { ...filter, cursor: pageParam, limit: PAGE_SIZE },
          signal,
        })
      ).data,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** Where the browser fetches the lines as NDJSON, without holding them in memory. */
export function auditExportAddress(filter: AuditFilter): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, value);
  const text = search.toString();
  return `/api/v1/audit/export${text ? `?${text}` : ""}`;
}

export async function verifyAudit(): Promise<AuditCheck> {
  return (await call<AuditCheck>("POST", "/audit/verify")).data;
}
