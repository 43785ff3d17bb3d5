// A result, success or failure: the line about it, what failed, and its parts as tabs.
import { ActionIcon, Group, Stack, Tabs, Text, Tooltip } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { bytesOf, download } from "@/lib/download";
import { parseExact } from "@/lib/exactJson";
import type { ReceivedBody, RunAnswer, SentRequest } from "@/lib/runAnswer";
import { CopyText } from "./CopyText";
import { DownloadIcon, WarningIcon } from "./icons";
import { hasNumbers, ResultChart } from "./ResultChart";
import { ResultCompare } from "./ResultCompare";
import { documentKind, ResultDocument } from "./ResultDocument";
import { ResultFailure } from "./ResultFailure";
import { ResultJson } from "./ResultJson";
import { ResultPairs } from "./ResultPairs";
import { ResultRaw } from "./ResultRaw";
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
  /** The answer before this one, to compare with. */
  previous?: RunAnswer | null;
  /** In place of the headers that were sent: the same, with more about them. */
  sentHeaders?: ReactNode;
  /** Whose result it is: which part of it was looked at is remembered under this name. */
  memory?: string;
}

/** The part that was last looked at, by memory, while the page is open. */
const looked = new Map<string, string>();

export function ResultView({ answer, previous = null, sentHeaders, memory = "" }: Props) {
  const [chosen, setChosen] = useState<string | null>(looked.get(memory) ?? null);
  const read = useMemo(() => readJson(answer.body), [answer.body]);
  const lists = useMemo(() => (read ? rowLists(read.value) : []), [read]);
  const charted = useMemo(() => hasNumbers(lists[0]), [lists]);
  const parts = partsOf({ answer, previous, read, lists, charted, sentHeaders });
  const tab = parts.find(({ id }) => id === chosen)?.id ?? parts[0]?.id ?? null;
  const choose = (next: string | null) => {
    if (next) looked.set(memory, next);
    setChosen(next);
  };

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
      <Tabs value={tab} onChange={choose} keepMounted={false}>
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
function readJson(body: ReceivedBody | null): { value: unknown } | null {
  if (body?.encoding !== "json") return null;
  try {
    return { value: parseExact(body.text) };
  } catch {
    return null;
  }
}

interface Looked {
  answer: RunAnswer;
  previous: RunAnswer | null;
  read: { value: unknown } | null;
  lists: RowList[];
  charted: boolean;
  sentHeaders: ReactNode;
}

function partsOf({ answer, previous, read, lists, charted, sentHeaders }: Looked): Part[] {
  const { response, request, timings_ms: timings, attempts } = answer;
  const parts = bodyParts(answer, read, lists, charted);
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
  if (previous) {
    parts.push({
      id: "compare",
      title: "Compare",
      content: () => <ResultCompare before={previous} after={answer} />,
    });
  }
  return parts;
}

function bodyParts(
  { body, response }: RunAnswer,
  read: { value: unknown } | null,
  lists: RowList[],
  charted: boolean,
): Part[] {
  const parts: Part[] = [];
  const [list] = lists;
  if (!body || !response) return parts;
  const contentType = response.content_type;
  const kind = documentKind(body, contentType);
  if (kind) {
    const content = () => <ResultDocument kind={kind} body={body} contentType={contentType} />;
    parts.push({ id: "preview", title: "Preview", content });
  }
  if (list) {
    parts.push({ id: "table", title: "Table", content: () => <ResultTable lists={lists} /> });
  }
  if (body.encoding === "json") {
    const content = () => <ResultJson text={body.text} read={read} />;
    parts.push({ id: "json", title: "JSON", content });
  }
  if (list && charted) {
    parts.push({ id: "chart", title: "Chart", content: () => <ResultChart list={list} /> });
  }
  const content = () => <ResultRaw body={body} contentType={contentType} />;
  parts.push({ id: "raw", title: "Raw", content });
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
