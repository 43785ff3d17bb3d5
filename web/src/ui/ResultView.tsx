// A result, success or failure: the line about it, what failed, and its parts as tabs.
import { ActionIcon, Group, Stack, Tabs, Text, Tooltip } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { bytesOf, download } from "@/lib/download";
import { parseExact } from "@/lib/exactJson";
import type { ReceivedBody, RunAnswer, SentRequest } from "@/lib/runAnswer";
import { CopyText } from "./CopyText";
import { DownloadIcon, WarningIcon } from "./icons";
import { ResultFailure } from "./ResultFailure";
import { ResultPairs } from "./ResultPairs";
import { PrettyJson, ResultRaw } from "./ResultRaw";
import { ResultSummary } from "./ResultSummary";
import { ResultTable } from "./ResultTable";
import { ResultTiming } from "./ResultTiming";
import classes from "./ResultView.module.css";
import { type RowList, rowLists } from "./resultRows";

interface Part {
  id: string;
  title: string;
  count?: number;
  content: () => ReactNode;
}

interface Props {
  answer: RunAnswer;
  /** In place of the headers that were sent: the same, with more about them. */
  sentHeaders?: ReactNode;
}

export function ResultView({ answer, sentHeaders }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const lists = useMemo(() => listsOf(answer.body), [answer.body]);
  const parts = partsOf(answer, lists, sentHeaders);
  const tab = parts.find(({ id }) => id === chosen)?.id ?? parts[0]?.id ?? null;

  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <ResultSummary answer={answer} />
        {answer.body && <BodyActions body={answer.body} answer={answer} />}
      </Group>
      {answer.error && <ResultFailure failure={answer.error} request={answer.request} />}
      {answer.warnings.map((warning) => (
        <Group key={`${warning.code} ${warning.detail}`} gap={6} wrap="nowrap" align="flex-start">
          <span className={classes.warning}>
            <WarningIcon size={18} />
          </span>
          <Text size="sm">{warning.detail}</Text>
        </Group>
      ))}
      <Tabs value={tab} onChange={setChosen} keepMounted={false}>
        <Tabs.List aria-label="Parts of the result" className={classes.tabs}>
          {parts.map(({ id, title, count }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
              {count !== undefined && <span className={classes.count}>{count}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map(({ id, content }) => (
          <Tabs.Panel key={id} value={id} pt="sm">
            {id === tab && content()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

export function SentHeaders({ request }: { request: SentRequest }) {
  return <ResultPairs label="Headers that were sent" pairs={request.headers} />;
}

/** JSON that is nested too deeply to read stays readable as text. */
function listsOf(body: ReceivedBody | null): RowList[] {
  if (body?.encoding !== "json") return [];
  try {
    return rowLists(parseExact(body.text));
  } catch {
    return [];
  }
}

function partsOf(answer: RunAnswer, lists: RowList[], sentHeaders: ReactNode): Part[] {
  const { body, response, request, timings_ms: timings, attempts } = answer;
  const parts: Part[] = [];
  if (lists.length > 0) {
    parts.push({ id: "table", title: "Table", content: () => <ResultTable lists={lists} /> });
  }
  if (body?.encoding === "json") {
    parts.push({
      id: "json",
      title: "JSON",
      content: () => <PrettyJson label="JSON body" text={body.text} />,
    });
  }
  if (body && response) {
    const contentType = response.content_type;
    parts.push({
      id: "raw",
      title: "Raw",
      content: () => <ResultRaw body={body} contentType={contentType} />,
    });
  }
  if (response) {
    parts.push({
      id: "headers",
      title: "Headers",
      count: response.headers.length,
      content: () => <ResultPairs label="Response headers" pairs={response.headers} />,
    });
  }
  parts.push({
    id: "timing",
    title: "Timing",
    content: () => <ResultTiming timings={timings} attempts={attempts} />,
  });
  parts.push({
    id: "request",
    title: "Request",
    content: () => (
      <Stack gap="md">
        <Text className={classes.line}>
          <strong>{request.method}</strong> {request.url}
        </Text>
        {sentHeaders ?? <SentHeaders request={request} />}
      </Stack>
    ),
  });
  return parts;
}

function BodyActions({ body, answer }: { body: ReceivedBody; answer: RunAnswer }) {
  const save = () => {
    const type = answer.response?.content_type ?? "application/octet-stream";
    const content = body.encoding === "base64" ? bytesOf(body.text) : body.text;
    download(`response-${answer.run}${body.encoding === "json" ? ".json" : ""}`, type, content);
  };
  return (
    <Group gap={4}>
      {body.encoding !== "base64" && <CopyText text={body.text} label="Copy the body" />}
      <Tooltip label="Download the body">
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          aria-label="Download the body"
          onClick={save}
        >
          <DownloadIcon size={16} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
