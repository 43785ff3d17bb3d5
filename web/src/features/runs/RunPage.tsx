// /runs/$id: one run in full, but for its data, which is not kept.
import { Alert, Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { cancelRun, isRunning, type RunRecord, runQuery } from "@/api/runs";
import { ApiProblem, inWords } from "@/lib/problem";
import type { RunAnswer } from "@/lib/runAnswer";
import { askToRun } from "@/lib/runRequest";
import { EmptyState } from "@/ui/EmptyState";
import { PlayIcon, StopIcon } from "@/ui/icons";
import { AnchorLink, ButtonLink } from "@/ui/links";
import { RelativeTime } from "@/ui/RelativeTime";
import { ResultView } from "@/ui/ResultView";
import { usePageTitle } from "@/ui/usePageTitle";
import { RunMark } from "./RunMark";

export function RunPage() {
  const { id } = useParams({ from: "/shell/runs/$id" });
  const { data: run, error } = useQuery(runQuery(id));
  usePageTitle(run ? `Run of ${run.query?.name ?? run.data_source.name}` : undefined);
  return (
    <Stack p="md" gap="md" maw={1100}>
      <AnchorLink to="/runs" size="sm">
        All runs
      </AnchorLink>
      {run ? <Run run={run} /> : <Missing error={error} />}
    </Stack>
  );
}

function Missing({ error }: { error: Error | null }) {
  if (!error) {
    return (
      <Center py={80}>
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <EmptyState title="There is no such run" text="It may be older than the history is kept.">
        <ButtonLink to="/runs" variant="default">
          All runs
        </ButtonLink>
      </EmptyState>
    );
  }
  return (
    <Alert color="red" role="alert" title="The run could not be opened">
      {inWords(error)}
    </Alert>
  );
}

function Run({ run }: { run: RunRecord }) {
  const { query, data_source: source, actor } = run;
  return (
    <>
      <div>
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={1} size="h4">
              {query ? (
                <AnchorLink to="/queries/$id" params={{ id: query.id }} inherit>
                  {query.name}
                </AnchorLink>
              ) : (
                "A query that was not saved"
              )}
            </Title>
            <RunMark status={run.status} />
          </Group>
          {isRunning(run) ? (
            <Cancel id={run.id} />
          ) : (
            query && (
              <ButtonLink
                to="/queries/$id"
                params={{ id: query.id }}
                preload={false}
                variant="default"
                leftSection={<PlayIcon size={16} />}
                title="Runs the query as it is now, with the values last typed for it here"
                onClick={() => askToRun(query.id)}
              >
                Run again
              </ButtonLink>
            )
          )}
        </Group>
        <Text size="sm" c="dimmed">
          on{" "}
          <AnchorLink to="/data-sources/$id" params={{ id: source.id }} size="sm">
            {source.name}
          </AnchorLink>
          , <RelativeTime at={run.started_at} />, by {actor.name} through the {run.door} door
        </Text>
      </div>
      {isRunning(run) ? (
        <Text size="sm" role="status">
          {run.request.method} {run.request.url} is still going on.
        </Text>
      ) : (
        <section aria-label="What came of it">
          <ResultView answer={answerOf(run)} />
        </section>
      )}
    </>
  );
}

/** The record as a result without data. */
function answerOf(run: RunRecord): RunAnswer {
  return {
    run: run.id,
    status: run.status === "running" ? "cancelled" : run.status,
    body: null,
    error: run.error,
    request: run.request,
    response: run.response,
    timings_ms: run.timings_ms ?? { total: run.duration_ms },
    attempts: run.attempts,
    warnings: run.warnings,
  };
}

function Cancel({ id }: { id: string }) {
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelRun(id),
    onSettled: () => queries.invalidateQueries({ queryKey: ["runs"] }),
  });
  return (
    <Group gap="sm">
      {cancelling.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {inWords(cancelling.error)}
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<StopIcon size={16} />}
        loading={cancelling.isPending}
        onClick={() => cancelling.mutate()}
      >
        Cancel
      </Button>
    </Group>
  );
}
