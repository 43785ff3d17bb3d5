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

/** What a rotation did, and what is left. */
export interface Rotation {
  /** Id of the current key. */
  key: string;
  added: boolean;
  rewrapped: number;
  secrets: number;
  /** Secrets that another key still wraps. */
  left: number;
  /** Places of those that do not open. */
  broken: string[];
  retired: string[];
  /** Ids of the keys that wrap nothing and are still known. */
  unused: string[];
}

/** Wraps every secret with a new key, or takes away the keys that wrap nothing any more. */
export async function rotateKeys(order: { retire_old: boolean }): Promise<Rotation> {
  return (await call<Rotation>("POST", "/keys/rotate", { body: order })).data;
}
