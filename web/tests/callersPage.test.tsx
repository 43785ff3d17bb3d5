import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import type { Policy } from "@/api/callers";
import { openPage } from "./app";
import { invalid } from "./fakeSources";
import { fakeList, fakeWorkspace } from "./fakeWorkspace";
import { server } from "./server";

const TOKEN = {
  id: "t1",
  name: "cron",
  role: "runner",
  policy: { sources: ["Billing"], methods: ["GET"], rate_per_minute: 60 },
  created_by: "u1",
  created_at: "2026-11-20T10:00:00Z",
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
};
const REVOKED = { ...TOKEN, id: "t0", name: "old", revoked_at: "2026-11-21T10:00:00Z" };

function fake(tokens: object[] = [TOKEN, REVOKED]) {
  fakeWorkspace();
  const asked: { role: string; policy: Policy }[] = [];
  const list = fakeList("/tokens", tokens);
  server.use(
    http.get("/api/v1/tokens/:id", () => HttpResponse.json(TOKEN)),
    http.post("/api/v1/tokens/explain", async ({ request }) => {
      const question = (await request.json()) as (typeof asked)[0];
      asked.push(question);
      const named = question.policy.sources;
      return HttpResponse.json({
        sources: [{ id: "s1", name: "billing", queries: [{ id: "q1", name: "invoices" }] }],
        doors: ["api", "gateway"],
        methods: null,
        paths: null,
        unknown: { sources: [], queries: [] },
        sentence: `May run queries of ${named ? named.join(" and ") : "everything"}.`,
      });
    }),
  );
  return { ...list, asked };
}

test("callers are listed with their limits in words; ended ones when asked for", async () => {
  fake();
  const { user } = openPage("/callers");
  const table = await screen.findByRole("table", { name: "Callers" });
  const [, row, ...more] = within(table).getAllByRole("row");
  expect(more).toEqual([]);
  expect(row).toHaveTextContent("data source Billing; method GET; 60 a minute");
  await user.click(screen.getByRole("switch", { name: "Show ended ones (1)" }));
  expect(await screen.findByText("Revoked")).toBeVisible();
});

test("revoking asks once", async () => {
  const { state } = fake();
  const { user } = openPage("/callers");
  await user.click(await screen.findByRole("button", { name: "Revoke cron" }));
  await user.click(await screen.findByRole("button", { name: "Revoke" }));
  await waitFor(() =>
    expect(state.calls).toEqual([{ method: "DELETE", path: "/tokens/t1", body: undefined }]),
  );
});

test("the policy is explained as it is chosen; the new token is shown once with a line to try it", async () => {
  const { state, answerWith, asked } = fake([]);
  answerWith(() =>
    HttpResponse.json({ ...TOKEN, policy: { sources: ["s1"] }, token: "sk_new" }, { status: 201 }),
  );
  const { user } = openPage("/callers/new");
  expect(await screen.findByText("May run queries of everything.")).toBeVisible();
  await user.type(screen.getByLabelText("Name"), "cron");
  await user.click(screen.getByLabelText("Only some data sources"));
  await user.click(screen.getByRole("checkbox", { name: /billing/ }));
  expect(await screen.findByText("May run queries of s1.")).toBeVisible();
  expect(asked.at(-1)?.role).toBe("runner");
  await user.click(screen.getByRole("button", { name: "Create token" }));

  expect(await screen.findByText("sk_new")).toBeVisible();
  expect(screen.getByRole("group", { name: "Try it" })).toHaveTextContent("/api/v1/queries/q1/run");
  expect(state.calls[0]?.body).toEqual({
    name: "cron",
    role: "runner",
    policy: {
      doors: null,
      sources: ["s1"],
      queries: null,
      methods: null,
      paths: null,
      rate_per_minute: null,
      expires_at: null,
    },
  });
});

test("what is no policy is marked at its place, and not asked about", async () => {
  const { state } = fake([]);
  const { user } = openPage("/callers/new");
  await user.click(await screen.findByLabelText("Only some paths"));
  await user.type(screen.getByLabelText("Paths"), "v1/users");
  expect(await screen.findByText(/Mend what is marked/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Create token" }));
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("2 fields need a look");
  expect(screen.getByLabelText("Name")).toHaveFocus();
  expect(state.calls).toEqual([]);
});

test("an existing token's names of sources become its boxes, and a limit taken away is sent as null", async () => {
  const { state, answerWith } = fake();
  answerWith(() => HttpResponse.json({ ...TOKEN, policy: {} }));
  const { user } = openPage("/callers/t1");
  expect(await screen.findByRole("checkbox", { name: /billing/ })).toBeChecked();
  expect(screen.getByLabelText("Requests a minute")).toHaveValue("60");
  await user.click(screen.getByLabelText("Only some data sources"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/^Saved\./)).toBeVisible();
  const body = state.calls[0]?.body as { policy: Policy };
  expect(body.policy).toMatchObject({ sources: null, methods: ["GET"], rate_per_minute: 60 });
});

test("the server's refusal stands at the field", async () => {
  const { answerWith } = fake([]);
  answerWith(() => invalid([{ pointer: "/name", code: "name_taken", detail: "It is taken." }]));
  const { user } = openPage("/callers/new");
  await user.type(await screen.findByLabelText("Name"), "cron{Enter}");
  await waitFor(() =>
    expect(screen.getByLabelText("Name")).toHaveAttribute("aria-invalid", "true"),
  );
});
