// Whether anything was ever run here: a newcomer is led to a first result.
import { queryOptions } from "@tanstack/react-query";
import { call } from "./client";
import type { Page } from "./types";

export const everRunQuery = queryOptions({
  queryKey: ["runs", "ever"],
  queryFn: async ({ signal }) => {
    const page = await call<Page<unknown>>("GET", "/runs", { query: { limit: 1 }, signal });
    return page.data.items.length > 0;
  },
});
