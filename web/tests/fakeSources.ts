// A fake server of data sources that keeps what it was sent, for the tests of the form.
import { HttpResponse, http } from "msw";
import type { DataSource } from "@/api/types";
import type { FieldError } from "@/lib/problem";
import { ADA, aSource, KINDS } from "./samples";
import { server } from "./server";

export interface Sent {
  body: Record<string, unknown>;
  ifMatch: string | null;
}

export function problem(status: number, code: string, detail: string, more: object = {}) {
  return HttpResponse.json(
    { type: "about:blank", title: code, status, code, detail, ...more },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}

export function invalid(errors: FieldError[]) {
  return problem(422, "invalid", errors[0]?.detail ?? "", { errors });
}

type Refusal = () => Response | undefined;

export function fakeSources(source: DataSource = aSource()) {
  const state = { source, version: 1, patches: [] as Sent[], created: [] as unknown[] };
  let refuse: Refusal = () => undefined;
  const answer = (status = 200) =>
    HttpResponse.json(state.source, { status, headers: { ETag: `"${state.version}"` } });
  server.use(
    http.get("/api/v1/session", () => HttpResponse.json({ user: ADA })),
    http.get("/api/v1/runs", () => HttpResponse.json({ items: [], next: null })),
    http.get("/api/v1/kinds", () => HttpResponse.json(KINDS)),
    http.get("/api/v1/data-sources", ({ request }) => {
      const search = new URL(request.url).searchParams.get("search") ?? "";
      const items = [state.source].filter(({ name }) => name.includes(search));
      return HttpResponse.json({ items, next: null });
    }),
    http.get("/api/v1/runs", () => HttpResponse.json({ items: [], next: null })),
    http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })),
    http.post("/api/v1/data-sources", async ({ request }) => {
      state.created.push(await request.json());
      return answer(201);
    }),
    http.get("/api/v1/data-sources/:id", ({ params }) =>
      params.id === state.source.id ? answer() : problem(404, "not_found", "No such data source."),
    ),
    http.patch("/api/v1/data-sources/:id", async ({ request }) => {
      const body = (await request.json()) as Record<string, unknown>;
      state.patches.push({ body, ifMatch: request.headers.get("If-Match") });
      const refusal = refuse();
      if (refusal) return refusal;
      state.version += 1;
      const updated_at = `2026-11-21T10:00:00.00${state.version}Z`;
      state.source = { ...state.source, ...flat(state.source, body), updated_at };
      return answer();
    }),
  );
  return {
    state,
    /** What the next patches are answered, until it gives undefined. */
    refuseWith(next: Refusal) {
      refuse = next;
    },
    /** Someone else saves meanwhile. */
    changeElsewhere(change: Partial<DataSource>) {
      state.source = { ...state.source, ...change };
      state.version += 1;
    },
  };
}

/** A merge patch one level deep, with typed secrets turned into marks: enough for these tests. */
function flat(source: DataSource, patch: Record<string, unknown>): Partial<DataSource> {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      const was = source[key as keyof DataSource];
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [key, value];
      const merged: Record<string, unknown> = { ...(was as object), ...value };
      if (typeof merged.token === "string") merged.token = { set: true, updated_at: null };
      return [key, merged];
    }),
  );
}
