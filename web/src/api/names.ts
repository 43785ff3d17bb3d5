// The names of the workspace's constants and secrets, for completion. Values are never asked for.
import { queryOptions } from "@tanstack/react-query";
import { ApiProblem } from "@/lib/problem";
import { call } from "./client";
import type { Page } from "./types";

async function namesAt(path: string, signal: AbortSignal): Promise<string[]> {
  try {
    const page = await call<Page<{ name: string }>>("GET", path, { signal });
    return page.data.items.map((item) => item.name);
  } catch (error) {
    // Not everyone may list them; completion then simply offers less.
    if (error instanceof ApiProblem) return [];
    throw error;
  }
}

export const constantNamesQuery = queryOptions({
  queryKey: ["constants", "names"],
  queryFn: ({ signal }) => namesAt("/constants", signal),
  staleTime: 30_000,
});

export const secretNamesQuery = queryOptions({
  queryKey: ["secrets", "names"],
  queryFn: ({ signal }) => namesAt("/secrets", signal),
  staleTime: 30_000,
});
