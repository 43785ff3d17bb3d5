// The pages there are. One that does not exist yet is not named.
import { QueriesIcon, RunsIcon, SourcesIcon } from "@/ui/icons";

export const PAGES = [
  { to: "/data-sources", label: "Data Sources", Icon: SourcesIcon },
  { to: "/queries", label: "Queries", Icon: QueriesIcon },
  { to: "/runs", label: "Runs", Icon: RunsIcon },
] as const;
