// Caller tokens, what each may do, and what one with a given policy could do.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call } from "./client";
import { everyItem } from "./everyItem";
import type { Role } from "./types";

/** A key that is absent or null does not limit; an empty list allows nothing (contract 10). */
export interface Policy {
  doors?: string[] | null;
  sources?: string[] | null;
  queries?: string[] | null;
  methods?: string[] | null;
  paths?: string[] | null;
  rate_per_minute?: number | null;
  expires_at?: string | null;
}

export interface CallerToken {
  id: string;
  name: string;
  role: Role;
  policy: Policy;
  created_by: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface CallerInput {
  name: string;
  role: Role;
  policy: Policy;
}

interface Named {
  id: string;
  name: string;
}

/** What a token with this role and policy could do, as the server decides it. */
export interface Explanation {
  sources: (Named & { queries: Named[] })[];
  doors: string[];
  /** null does not limit. */
  methods: string[] | null;
  paths: string[] | null;
  /** Names in the policy that nothing has. */
  unknown: { sources: string[]; queries: string[] };
  sentence: string;
}

export const callersQuery = queryOptions({
  queryKey: ["callers"],
  queryFn: ({ signal }) => everyItem<CallerToken>("/tokens", signal),
});

export function callerQuery(id: string) {
  return queryOptions({
    queryKey: ["callers", id],
    queryFn: async ({ signal }) => (await call<CallerToken>("GET", tokenPath(id), { signal })).data,
  });
}

/** The token's text is in this answer and never again. */
export async function createCaller(input: CallerInput): Promise<CallerToken & { token: string }> {
  return (await call<CallerToken & { token: string }>("POST", "/tokens", { body: input })).data;
}

export async function changeCaller(
  id: string,
  change: Pick<CallerInput, "name" | "policy">,
): Promise<CallerToken> {
  return (await call<CallerToken>("PATCH", tokenPath(id), { body: change })).data;
}

export async function revokeCaller(id: string): Promise<void> {
  await call("DELETE", tokenPath(id));
}

export function explanationQuery(role: Role, policy: Policy) {
  return queryOptions({
    queryKey: ["callers", "explain", role, policy],
    queryFn: async ({ signal }) =>
      (await call<Explanation>("POST", "/tokens/explain", { body: { role, policy }, signal })).data,
    placeholderData: keepPreviousData,
  });
}

function tokenPath(id: string): string {
  return `/tokens/${encodeURIComponent(id)}`;
}
