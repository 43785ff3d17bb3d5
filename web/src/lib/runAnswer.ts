// What a run returns (contract 3). The body stays text until it is looked at: its numbers stay exact.
import { membersOf } from "./jsonText";

export type Stage =
  | "parameters"
  | "compose"
  | "auth"
  | "network"
  | "tls"
  | "exchange"
  | "response"
  | "transform";

export type NamedText = [name: string, value: string];

/** Why a run failed: where, what happened, what to do. */
export interface RunFailure {
  code: string;
  stage: Stage;
  title: string;
  detail: string;
  hint: string | null;
  retryable: boolean;
  /** What the server presented when the handshake failed, its own first. */
  certificates?: PresentedFacts[];
}

export interface PresentedFacts {
  subject: string;
  issuer: string;
  san: string[];
  not_before: string;
  not_after: string;
  sha256: string;
}

/** What was sent, with secrets masked. */
export interface SentRequest {
  method: string;
  url: string;
  headers: NamedText[];
}

export interface ReceivedResponse {
  status: number;
  reason: string;
  http_version: string;
  headers: NamedText[];
  content_type: string | null;
  size_bytes: number;
  truncated: boolean;
}

export type Phase = "queue" | "dns" | "connect" | "tls" | "send" | "wait" | "read";

/** Milliseconds by phase; null or absent where a phase did not happen. */
export type Timings = Partial<Record<Phase | "total", number | null>>;

export interface Attempt {
  status: number | null;
  error: string | null;
  waited_ms: number;
  duration_ms: number;
}

export interface Notice {
  code: string;
  detail: string;
}

/** What the upstream sent: JSON text, plain text, or bytes as base64. */
export interface ReceivedBody {
  encoding: "json" | "text" | "base64";
  text: string;
}

export interface RunAnswer {
  run: string;
  status: "ok" | "failed" | "cancelled";
  body: ReceivedBody | null;
  error: RunFailure | null;
  request: SentRequest;
  response: ReceivedResponse | null;
  timings_ms: Timings;
  attempts: Attempt[];
  warnings: Notice[];
}

interface Written extends Omit<RunAnswer, "body"> {
  data_encoding: ReceivedBody["encoding"] | null;
}

/** Read the text of a result without reading the upstream's data inside it. */
export function readRunAnswer(text: string): RunAnswer {
  const members = membersOf(text);
  const dataText = members.get("data") ?? "null";
  members.delete("data");
  const rest = Object.fromEntries([...members].map(([name, value]) => [name, JSON.parse(value)]));
  const { data_encoding: encoding, ...answer } = rest as unknown as Written;
  return { ...answer, body: received(encoding, dataText) };
}

function received(encoding: Written["data_encoding"], dataText: string): ReceivedBody | null {
  if (!encoding) return null;
  if (encoding === "json") return { encoding, text: dataText };
  const text: unknown = JSON.parse(dataText);
  return { encoding, text: typeof text === "string" ? text : "" };
}
