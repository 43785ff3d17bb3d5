// Whether the person may change sources and queries. The server decides; this only spares vain clicks.
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "./session";

export function useCanEdit(): boolean {
  const { data: user } = useQuery(sessionQuery);
  return user?.role !== "runner";
}
