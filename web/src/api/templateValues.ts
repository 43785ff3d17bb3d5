// What templates can name: secrets, whose values never come back, and constants.
import { queryOptions } from "@tanstack/react-query";
import { call } from "./client";
import { everyItem } from "./everyItem";
import type { SecretMark } from "./types";

/** A source or a query whose templates name the value. */
export interface Use {
  kind: "source" | "query";
  id: string;
  name: string;
}

export interface WorkspaceSecret {
  name: string;
  value: SecretMark;
  /** Ids of the only sources it may be sent to; null: every one. */
  data_sources: string[] | null;
  where_used: Use[];
  updated_at: string;
}

export interface Constant {
  name: string;
  value: string;
  where_used: Use[];
  updated_at: string;
}

/** Text to store, where to read it at use, or the mark of the stored one to keep it. */
export type SecretInput = string | { from: string } | SecretMark;

export interface SecretChange {
  value: SecretInput;
  data_sources: string[] | null;
}

export const secretsQuery = queryOptions({
  queryKey: ["secrets", "list"],
  queryFn: ({ signal }) => everyItem<WorkspaceSecret>("/secrets", signal),
});

export const constantsQuery = queryOptions({
  queryKey: ["constants", "list"],
  queryFn: ({ signal }) => everyItem<Constant>("/constants", signal),
});

export async function putSecret(name: string, change: SecretChange): Promise<void> {
  await call("PUT", `/secrets/${encodeURIComponent(name)}`, { body: change });
}

export async function putConstant(name: string, value: string): Promise<void> {
  await call("PUT", `/constants/${encodeURIComponent(name)}`, { body: { value } });
}

export async function deleteSecret(name: string): Promise<void> {
  await call("DELETE", `/secrets/${encodeURIComponent(name)}`);
}

export async function deleteConstant(name: string): Promise<void> {
  await call("DELETE", `/constants/${encodeURIComponent(name)}`);
}
