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
      // What was sent may hold a secret: it is forgotten once nothing shows it.
      mutations: { networkMode: "always", retry: false, gcTime: 0 },
    },
  });
}
