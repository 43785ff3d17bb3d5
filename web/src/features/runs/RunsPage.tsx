// /runs: what was run, newest first, by query, data source and outcome.
import { Alert, Center, Loader, Stack, Title } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { queriesQuery } from "@/api/queries";
import { runsQuery } from "@/api/runs";
import { inWords } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { ButtonLink } from "@/ui/links";
import { ShowMore } from "@/ui/ShowMore";
import { usePageTitle } from "@/ui/usePageTitle";
import { RunFilters } from "./RunFilters";
import { RunHealth } from "./RunHealth";
import { RunTable } from "./RunTable";

export function RunsPage() {
  const filter = useSearch({ from: "/shell/runs" });
  const isFiltered = Boolean(filter.query || filter.source || filter.status);
  usePageTitle("Runs");
  return (
    <Stack p="md" gap="md">
      <Title order={1} size="h3">
        Runs
      </Title>
      <RunFilters filter={filter} />
      <List filter={filter} isFiltered={isFiltered} />
    </Stack>
  );
}

interface ListProps {
  filter: Parameters<typeof runsQuery>[0];
  isFiltered: boolean;
}

function List({ filter, isFiltered }: ListProps) {
  const pages = useInfiniteQuery(runsQuery(filter));
  const { data, error } = pages;
  if (error && !data) {
    return (
      <Alert color="red" role="alert" title="The runs could not be listed">
        {inWords(error)}
      </Alert>
    );
  }
  if (!data) {
    return (
      <Center py={80}>
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  }
  const runs = data.pages.flatMap((page) => page.items);
  if (runs.length === 0) return <Nothing isFiltered={isFiltered} />;
  return (
    <Stack gap="sm">
      <RunHealth runs={runs} />
      <RunTable runs={runs} />
      <ShowMore label="Show older runs" pages={pages} />
    </Stack>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { data: queries = [] } = useQuery(queriesQuery);
  const [first] = queries;
  if (isFiltered) {
    return (
      <EmptyState title="No runs match" text="No run has these marks.">
        <ButtonLink to="/runs" variant="default">
          Show all runs
        </ButtonLink>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing was run yet"
      text="Every run of a query leaves a line here: who, what was sent, what came back."
    >
      {first ? (
        <ButtonLink to="/queries/$id" params={{ id: first.id }}>
          Open {first.name}
        </ButtonLink>
      ) : (
        <ButtonLink to="/queries">Go to Queries</ButtonLink>
      )}
    </EmptyState>
  );
}
