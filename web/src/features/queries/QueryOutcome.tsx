// What stands below the request: nothing yet, a wait, a result, a preview, or why nothing was sent.
import { ActionIcon, Alert, Group, Loader, Paper, Text, Title, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DataSource } from "@/api/types";
import { durationWords } from "@/lib/measure";
import type { Preview } from "@/lib/preview";
import { ApiProblem, inWords } from "@/lib/problem";
import type { RunAnswer } from "@/lib/runAnswer";
import { BelowIcon, BesideIcon } from "@/ui/icons";
import { AnchorLink } from "@/ui/links";
import { ResultFailure } from "@/ui/ResultFailure";
import { ResultPreview, SentWithOrigins } from "@/ui/ResultPreview";
import { ResultView, SentHeaders } from "@/ui/ResultView";
import { failureOf, isAboutSource } from "./faults";
import type { Layout } from "./QueryEditor";
import classes from "./QueryOutcome.module.css";
import { Elapsed } from "./RequestLine";
import type { RunEntry } from "./runStore";

interface Props {
  id: string;
  run: RunEntry;
  source: DataSource;
  layout: Layout;
  onLayout: (layout: Layout) => void;
  className: string | undefined;
}

export function QueryOutcome({ layout, onLayout, className, ...rest }: Props) {
  const other = layout === "below" ? "beside" : "below";
  return (
    <section aria-label="Result" className={className}>
      <Group justify="space-between" mb={6} mih={24}>
        <Title order={2} size="xs" c="dimmed" fw={600}>
          Result
        </Title>
        <Tooltip label={`Show the result ${other} the request`}>
          <ActionIcon
            className={classes.layout}
            variant="subtle"
            color="gray"
            c="dimmed"
            size={24}
            aria-label={`Show the result ${other} the request`}
            onClick={() => onLayout(other)}
          >
            {other === "beside" ? <BesideIcon size={16} /> : <BelowIcon size={16} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      <Outcome {...rest} />
    </section>
  );
}

function Outcome({ id, run, source }: Pick<Props, "id" | "run" | "source">) {
  const { state, preview, last, previous, whoSet } = run;
  if (preview) {
    if ("error" in preview) return <Refusal error={preview.error} source={source} />;
    return (
      <>
        <Title order={3} size="h6" mb="xs">
          Preview: nothing was sent
        </Title>
        <ResultPreview preview={preview.preview} />
      </>
    );
  }
  const running = state.phase === "running" ? <Running since={state.startedAt} /> : undefined;
  // A run again leaves the last result where it is, and the page where it was scrolled to.
  const answer = state.phase === "answered" ? state.answer : running && last;
  if (answer) {
    return (
      <ResultView
        memory={id}
        answer={answer}
        previous={previous}
        waiting={running}
        sentHeaders={<WhoSet answer={answer} load={whoSet} />}
      />
    );
  }
  switch (state.phase) {
    case "running":
      return running;
    case "cancelled":
      return (
        <Text size="sm" role="status">
          Query cancelled after {durationWords(state.afterMs)}.
        </Text>
      );
    case "refused":
      return <Refusal error={state.error} source={source} />;
    default:
      return (
        <Paper withBorder p="lg" ta="center">
          <Text size="sm" c="dimmed">
            Run the query to see its result here (Ctrl+Enter or ⌘Enter).
          </Text>
        </Paper>
      );
  }
}

function Running({ since }: { since: number }) {
  return (
    <Group gap="xs" mih={28}>
      <Loader size="xs" aria-hidden />
      <Text size="sm" role="status">
        Running…
      </Text>
      <Elapsed since={since} />
    </Group>
  );
}

/** Who set what is extra: when it can't be had, what was sent is shown without. */
function WhoSet({ answer, load }: { answer: RunAnswer; load: () => Promise<Preview> }) {
  const { data: preview } = useQuery({
    queryKey: ["who-set", answer.run],
    queryFn: load,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!preview) return <SentHeaders request={answer.request} />;
  return <SentWithOrigins request={answer.request} preview={preview} />;
}

function Refusal({ error, source }: { error: unknown; source: DataSource }) {
  if (!(error instanceof ApiProblem) || error.status !== 422) {
    return (
      <Alert color="red" role="alert" title="The query was not run">
        {inWords(error)}
      </Alert>
    );
  }
  return (
    <div role="alert">
      <ResultFailure failure={failureOf(error)}>
        <Text size="sm" c="dimmed" mt="sm">
          Nothing was sent.{" "}
          {isAboutSource(error) && (
            <AnchorLink to="/data-sources/$id" params={{ id: source.id }} size="sm">
              Open the data source {source.name}
            </AnchorLink>
          )}
        </Text>
      </ResultFailure>
    </div>
  );
}
