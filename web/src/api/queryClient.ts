// How answers are kept: the server is next door, so offline detection and long caching are off.
import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/lib/problem";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 5_000,
        retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}
