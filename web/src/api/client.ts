// The one way from the page to the server: same origin, cookie, JSON in, JSON or problem+json out.
import { parseExact, stringifyExact } from "@/lib/exactJson";
import { ApiProblem, type ProblemBody, Unreachable } from "@/lib/problem";
import { setReachable } from "@/lib/reachability";

export interface CallOptions {
  /** Sent as JSON; a string is sent as it is (already JSON text). */
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string | number | null | undefined>;
  signal?: AbortSignal;
  /** Arrives also when the page is left meanwhile. */
  keepalive?: boolean;
}

export interface Answer<Data> {
  data: Data;
  /** The version to send back in If-Match. */
  etag: string | null;
}

const BASE = "/api/v1";

/** Answers of a proxy or a stopping server, told apart from the server's own by their media type. */
const GATEWAY_STATUSES = new Set([502, 503, 504]);

type SessionEnded = () => void;
let whenSessionEnds: SessionEnded = () => {};

/** Tell the shell when a call is answered 401: the session is over. */
export function onSessionEnd(listener: SessionEnded): void {
  whenSessionEnds = listener;
}

/** Send a call and give the raw response; throws ApiProblem (refused) or Unreachable. */
export async function send(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  if (options.body !== undefined) {
    headers["Content-Type"] ??= "application/json";
    init.body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  }
  const response = await reach(address(path, options.query), init);
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.status === 401 && path !== "/session") whenSessionEnds();
  throw problem;
}

/** Send a call and read its JSON answer. */
export async function call<Data>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<Data>> {
  const response = await send(method, path, options);
  const data = response.status === 204 ? undefined : await response.json();
  return { data: data as Data, etag: response.headers.get("ETag") };
}

/** The same with every number digit for digit, both ways: for what is read, changed and written back. */
export async function callExact<Data>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<Data>> {
  const { body, ...rest } = options;
  const response = await send(
    method,
    path,
    body === undefined ? rest : { ...rest, body: stringifyExact(body) },
  );
  const text = await response.text();
  const data = (text === "" ? undefined : parseExact(text)) as Data;
  return { data, etag: response.headers.get("ETag") };
}

function address(path: string, query: CallOptions["query"]): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    setReachable(false);
    throw new Unreachable();
  }
  if (GATEWAY_STATUSES.has(response.status) && !isProblem(response)) {
    setReachable(false);
    throw new Unreachable();
  }
  setReachable(true);
  return response;
}

function isProblem(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");
}

async function readProblem(response: Response): Promise<ApiProblem> {
  try {
    return new ApiProblem(response.status, (await response.json()) as ProblemBody);
  } catch {
    return new ApiProblem(response.status, {});
  }
}
