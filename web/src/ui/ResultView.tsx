// A result, success or failure: the line about it, what failed, and its parts as tabs.
import { ActionIcon, Group, Stack, Tabs, Text, Tooltip } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { bytesOf, download } from "@/lib/download";
import { parseExact } from "@/lib/exactJson";
import { isFields } from "@/lib/mergePatch";
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
import { useRemembered } from "./useRemembered";

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
  /** While the next answer is waited for, in place of what is said of this one. */
  waiting?: ReactNode;
  /** Whose result it is: which part of it was looked at is remembered under this name. */
  memory?: string;
}

export function ResultView(props: Props) {
  const { answer, previous = null, sentHeaders, waiting, memory = "" } = props;
  const [chosen, setChosen] = useRemembered<string | null>(`${memory} part`, null);
  const read = useMemo(() => readJson(answer.body), [answer.body]);
  const lists = useMemo(() => (read ? rowLists(read.value) : []), [read]);
  const charted = useMemo(() => hasNumbers(lists[0]), [lists]);
  const parts = partsOf({ answer, previous, read, lists, charted, sentHeaders, memory });
  const tab = parts.find(({ id }) => id === chosen)?.id ?? parts[0]?.id ?? null;

  return (
    <Stack gap="sm">
      {waiting ?? <Told answer={answer} />}
      <Tabs
        value={tab}
        onChange={setChosen}
        keepMounted={false}
        aria-busy={waiting !== undefined}
        className={classes.parts}
      >
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

/** What came of it, in words. */
function Told({ answer }: { answer: RunAnswer }) {
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap">
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
    </>
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
  memory: string;
}

function partsOf(looked: Looked): Part[] {
  const { answer, previous, sentHeaders } = looked;
  const { response, request, timings_ms: timings, attempts } = answer;
  const parts = bodyParts(looked);
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

function bodyParts({ answer, read, lists, charted, memory }: Looked): Part[] {
  const { body, response } = answer;
  const parts: Part[] = [];
  const [list] = lists;
  if (!body || !response) return parts;
  const contentType = response.content_type;
  const kind = documentKind(body, contentType);
  if (kind) {
    const content = () => <ResultDocument kind={kind} body={body} contentType={contentType} />;
    parts.push({ id: "preview", title: "Preview", content });
  }
  if (body.encoding === "json") {
    const content = () => <ResultJson text={body.text} read={read} />;
    parts.push({ id: "json", title: "JSON", content });
  }
  if (list) {
    const content = () => <ResultTable lists={lists} memory={memory} />;
    const table = { id: "table", title: "Table", content };
    // Looked at first, unless the list is a detail of one thing: its tags, its numbers.
    if (list.path === "" || isFields(list.rows[0])) parts.splice(-1, 0, table);
    else parts.push(table);
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
    <Group gap={4} wrap="nowrap">
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
