// What stands below the request: nothing yet, a wait, a result, a preview, or why nothing was sent.
import { Alert, Group, Loader, Paper, Text, Title, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DataSource } from "@/api/types";
import { durationWords } from "@/lib/measure";
import type { Preview } from "@/lib/preview";
import { ApiProblem, inWords } from "@/lib/problem";
import type { RunAnswer } from "@/lib/runAnswer";
import { AnchorLink } from "@/ui/links";
import { ResultFailure } from "@/ui/ResultFailure";
import { ResultPreview, SentWithOrigins } from "@/ui/ResultPreview";
import { ResultView, SentHeaders } from "@/ui/ResultView";
import { failureOf, isAboutSource } from "./faults";
import type { PreviewState } from "./QueryEditor";
import { Elapsed } from "./RequestLine";
import type { RunState } from "./useRun";

interface Props {
  state: RunState;
  preview: PreviewState;
  source: DataSource;
  /** A preview of the request that was run last: who set which of its entries. */
  whoSet: () => Promise<Preview>;
}

export function QueryOutcome(props: Props) {
  return (
    <section aria-label="Result">
      <VisuallyHidden component="h2">Result</VisuallyHidden>
      <Outcome {...props} />
    </section>
  );
}

function Outcome({ state, preview, source, whoSet }: Props) {
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
  switch (state.phase) {
    case "running":
      return (
        <Group gap="xs" py="lg">
          <Loader size="xs" aria-hidden />
          <Text size="sm" role="status">
            Running…
          </Text>
          <Elapsed since={state.startedAt} />
        </Group>
      );
    case "answered":
      return (
        <ResultView
          answer={state.answer}
          sentHeaders={<WhoSet answer={state.answer} load={whoSet} />}
        />
      );
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
