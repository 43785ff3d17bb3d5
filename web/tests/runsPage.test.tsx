import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeQueries } from "./fakeQueries";
import { server } from "./server";

const RUN = {
  id: "run_1",
  status: "failed",
  query: { id: "q1", name: "users" },
  data_source: { id: "s1", name: "restapi" },
  actor: { kind: "user", id: "u1", name: "Ada" },
  door: "web",
  started_at: "2026-11-24T10:00:00Z",
  finished_at: "2026-11-24T10:00:01Z",
  duration_ms: 812.4,
  size_bytes: 0,
  request: { method: "GET", url: "https://api.example.com/v1/users?key=••••••", headers: [] },
  response: null,
  error: {
    code: "unknown_ca",
    stage: "tls",
    title: "The server's certificate is not trusted",
    detail: "Nothing here trusts its issuer.",
    hint: "Paste your CA into CA Cert.",
    retryable: false,
  },
  timings_ms: { dns: 1, connect: 2, total: 812.4 },
  attempts: [
    { status: 503, error: null, waited_ms: 0, duration_ms: 300 },
    { status: null, error: "unknown_ca", waited_ms: 200, duration_ms: 312 },
  ],
  warnings: [],
};

test("runs are listed by the marks chosen, older ones when asked for", async () => {
  fakeQueries();
  const asked: string[] = [];
  server.use(
    http.get("/api/v1/runs", ({ request }) => {
      const { searchParams } = new URL(request.url);
      // The list's own, but for its looking again and the health of each source.
      const text = searchParams.toString();
      if (!searchParams.has("data_source") && asked.at(-1) !== text) asked.push(text);
      return searchParams.get("cursor")
        ? HttpResponse.json({ items: [{ ...RUN, id: "run_0", status: "ok" }], next: null })
        : HttpResponse.json({ items: [RUN], next: "c1" });
    }),
  );
  const { user, router } = openPage("/runs");
  await user.click(await screen.findByRole("button", { name: "Show older runs" }));
  expect(await screen.findByRole("cell", { name: "Completed" })).toBeVisible();
  expect(asked).toEqual(["limit=50", "cursor=c1&limit=50"]);
  await user.selectOptions(screen.getByLabelText("Outcome"), "failed");
  await waitFor(() => expect(asked.at(-1)).toBe("status=failed&limit=50"));
  expect(router.state.location.search).toEqual({ status: "failed" });
});

test("a run's page says what failed, what was sent, and how often it was tried", async () => {
  fakeQueries();
  server.use(http.get("/api/v1/runs/:id", () => HttpResponse.json(RUN)));
  const { user } = openPage("/runs/run_1");
  expect(await screen.findByText("The server's certificate is not trusted")).toBeVisible();
  expect(screen.getByText("Paste your CA into CA Cert.")).toBeVisible();
  expect(screen.getByText("GET https://api.example.com/v1/users?key=••••••")).toBeVisible();
  await user.click(screen.getByRole("tab", { name: "Timing" }));
  expect(screen.getByRole("table", { name: "Attempts" })).toHaveTextContent("503");
});

test("a run that goes on can be cancelled", async () => {
  fakeQueries();
  let status = "running";
  server.use(
    http.get("/api/v1/runs/:id", () =>
      HttpResponse.json({ ...RUN, status, error: null, finished_at: null, timings_ms: null }),
    ),
    http.post("/api/v1/runs/:id/cancel", () => {
      status = "cancelled";
      return HttpResponse.json({}, { status: 202 });
    }),
  );
  const { user } = openPage("/runs/run_1");
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  expect(await screen.findByText("Query cancelled")).toBeVisible();
});

test("without runs the page leads to a query", async () => {
  fakeQueries();
  server.use(http.get("/api/v1/runs", () => HttpResponse.json({ items: [], next: null })));
  openPage("/runs");
  expect(await screen.findByRole("link", { name: "Open restapi1" })).toHaveAttribute(
    "href",
    "/queries/q1",
  );
});

test("each source shows how its last runs ended, and leads to them", async () => {
  fakeQueries();
  const runs = ["failed", "ok", "ok", "cancelled", "running"].map((status, at) => ({
    ...RUN,
    id: `run_${at}`,
    status,
  }));
  server.use(http.get("/api/v1/runs", () => HttpResponse.json({ items: runs, next: null })));
  const { user, router } = openPage("/runs");
  expect(await screen.findByRole("img", { name: "Last 4 runs: 1 failed" })).toBeVisible();
  await user.click(screen.getByRole("link", { name: "restapi" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ source: "s1" }));
});

test("Run again runs the query as it is now, once", async () => {
  const fake = fakeQueries();
  server.use(http.get("/api/v1/runs/:id", () => HttpResponse.json(RUN)));
  const { user, path } = openPage("/runs/run_1");
  await user.click(await screen.findByRole("link", { name: "Run again" }));
  expect(await screen.findByText("Query completed")).toBeVisible();
  expect(path()).toBe("/queries/q1");
  expect(fake.state.calls.map((call) => call.path)).toEqual(["/queries/q1/run"]);
});
