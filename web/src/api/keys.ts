// The master keys that wrap the stored secrets, and the change to a new one.
import { queryOptions } from "@tanstack/react-query";
import { call } from "./client";

export interface MasterKey {
  id: string;
  current: boolean;
  /** How many stored secrets it wraps. */
  secrets: number;
}

export const KEYS = ["keys"] as const;

export function keysQuery(watched: boolean) {
  return queryOptions({
    queryKey: KEYS,
    queryFn: async ({ signal }) =>
      (await call<{ items: MasterKey[] }>("GET", "/keys", { signal })).data.items,
    refetchInterval: watched ? 1_000 : false,
  });
}

export async function rotateKeys(): Promise<Record<string, unknown>> {
  return (await call<Record<string, unknown>>("POST", "/keys/rotate")).data;
}
