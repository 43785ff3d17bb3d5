// A fake server of queries and runs that keeps what it was sent.
import { HttpResponse, http } from "msw";
import type { Query } from "@/api/types";
import type { Preview } from "@/lib/preview";
import { fakeSources } from "./fakeSources";
import { server } from "./server";

export function aQuery(change: Partial<Query> = {}): Query {
  return {
    id: "q1",
    name: "restapi1",
    data_source: "s1",
    method: "GET",
    path: "/users",
    params: [],
    headers: [],
    cookies: [],
    body: { type: "none" },
    parameters: [],
    limits: {},
    retry: {},
    transform: null,
    ...change,
  };
}

/** The text of a result (contract 3); `data` is put in as it is. */
export function resultText(change: Record<string, unknown> = {}, data = "null"): string {
  const result = {
    run: "run_1",
    status: "ok",
    data: null,
    data_encoding: data === "null" ? null : "json",
    error: null,
    request: {
      method: "GET",
      url: "https://api.example.com/v1/users",
      headers: [["Authorization", "Bearer ••••••"]],
    },
    response: {
      status: 200,
      reason: "OK",
      http_version: "1.1",
      headers: [["Content-Type", "application/json"]],
      content_type: "application/json",
      size_bytes: 1234,
      truncated: false,
    },
    timings_ms: { queue: 0, dns: 1, connect: 2, tls: 3, send: 0, wait: 40, read: 1, total: 47 },
    attempts: [{ status: 200, error: null, waited_ms: 0, duration_ms: 47 }],
    warnings: [],
    ...change,
  };
  return JSON.stringify(result).replace('"data":null', `"data":${data}`);
}

const PREVIEW: Preview = {
  method: "GET",
  url: "https://api.example.com/v1/users",
  headers: [{ name: "Authorization", value: "Bearer ••••••", from: "auth", overrides: [] }],
  params: [],
  cookies: [],
  body: null,
  curl: "curl https://api.example.com/v1/users",
};

export interface Call {
  path: string;
  ifMatch: string | null;
  /** As it was sent, so that numbers can be looked at digit for digit. */
  text: string;
  body: Record<string, unknown>;
}

export function fakeQueries(query: Query = aQuery()) {
  fakeSources();
  const state = { query, version: 1, calls: [] as Call[] };
  let run: () => Response | Promise<Response> = () => json(resultText());
  const note = async (request: Request) => {
    const text = await request.text();
    const path = new URL(request.url).pathname.replace("/api/v1", "");
    const ifMatch = request.headers.get("If-Match");
    state.calls.push({ path, ifMatch, text, body: text === "" ? {} : JSON.parse(text) });
  };
  const document = (status = 200) =>
    HttpResponse.json(state.query, { status, headers: { ETag: `"${state.version}"` } });
  server.use(
    http.get("/api/v1/queries", () => HttpResponse.json({ items: [state.query], next: null })),
    http.get("/api/v1/constants", () =>
      HttpResponse.json({ items: [{ name: "tenant", value: "x" }], next: null }),
    ),
    http.get("/api/v1/secrets", () => HttpResponse.json({ items: [], next: null })),
    http.get("/api/v1/queries/:id", () => document()),
    http.post("/api/v1/queries", async ({ request }) => {
      await note(request);
      return document(201);
    }),
    http.patch("/api/v1/queries/:id", async ({ request }) => {
      await note(request);
      state.version += 1;
      state.query = { ...state.query, ...(state.calls.at(-1)?.body as Partial<Query>) };
      return document();
    }),
    http.post("/api/v1/queries/:id/run", async ({ request }) => {
      await note(request);
      return run();
    }),
    http.post("/api/v1/queries/:id/preview", () => HttpResponse.json(PREVIEW)),
    http.post("/api/v1/data-sources/:id/run", async ({ request }) => {
      await note(request);
      return run();
    }),
  );
  return {
    state,
    last: () => state.calls.at(-1),
    answerRunsWith(next: typeof run) {
      run = next;
    },
  };
}

export function json(text: string): Response {
  return new HttpResponse(text, { headers: { "Content-Type": "application/json" } });
}
