import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeWorkspace } from "./fakeWorkspace";
import { server } from "./server";

const LINE = {
  seq: 7,
  at: "2026-11-24T10:00:00Z",
  actor: { kind: "user", id: "u1", name: "Ada" },
  door: "web",
  action: "source.update",
  target: { kind: "source", id: "s1", name: "billing" },
  outcome: "ok",
  detail: { fields: ["base_url", "auth"] },
  prev_hash: "aa11",
  hash: "bb22",
};

function fake() {
  fakeWorkspace();
  const asked: string[] = [];
  server.use(
    http.get("/api/v1/audit", ({ request }) => {
      const { searchParams } = new URL(request.url);
      asked.push(searchParams.toString());
      return searchParams.get("cursor")
        ? HttpResponse.json({ items: [{ ...LINE, seq: 1, outcome: "denied" }], next: null })
        : HttpResponse.json({ items: [LINE], next: "c1" });
    }),
  );
  return asked;
}

test("lines are listed, open in place, and lead to their like", async () => {
  const asked = fake();
  const { user, router } = openPage("/audit");
  const line = await screen.findByRole("button", { name: /line 7: source.update/ });
  expect(line).toHaveAttribute("aria-expanded", "false");
  await user.click(line);
  expect(line).toHaveAttribute("aria-expanded", "true");
  expect(screen.getByText("base_url, auth")).toBeVisible();
  expect(screen.getByText("bb22")).toBeVisible();
  await user.click(screen.getByRole("link", { name: "Only billing" }));
  await waitFor(() => expect(asked.at(-1)).toBe("target=s1&limit=50"));
  expect(router.state.location.search).toEqual({ target: "s1" });
});

test("older lines come when asked for", async () => {
  const asked = fake();
  const { user } = openPage("/audit");
  await user.click(await screen.findByRole("button", { name: "Show older lines" }));
  expect(await screen.findByText("denied")).toBeVisible();
  expect(asked.at(-1)).toBe("cursor=c1&limit=50");
});

test("the filter is in the address, and the export follows it", async () => {
  const asked = fake();
  const { user, router } = openPage("/audit");
  await user.type(await screen.findByLabelText("By"), "Ada{Enter}");
  await waitFor(() => expect(asked.at(-1)).toBe("actor=Ada&limit=50"));
  await user.selectOptions(screen.getByLabelText("Action"), "source.*");
  await waitFor(() => expect(asked.at(-1)).toBe("actor=Ada&action=source.*&limit=50"));
  expect(router.state.location.search).toEqual({ actor: "Ada", action: "source.*" });
  expect(screen.getByRole("link", { name: "Export as NDJSON" })).toHaveAttribute(
    "href",
    "/api/v1/audit/export?actor=Ada&action=source.*",
  );
});

test("an action that no group has is shown as the filter it is", async () => {
  fake();
  openPage("/audit?action=source.insecure");
  expect(await screen.findByLabelText("Action")).toHaveValue("source.insecure");
});

test("verifying says how many lines are right, or which one is not", async () => {
  fake();
  let broken: object | null = null;
  server.use(
    http.post("/api/v1/audit/verify", () =>
      HttpResponse.json({ ok: broken === null, lines: 1234, broken }),
    ),
  );
  const { user } = openPage("/audit");
  await user.click(await screen.findByRole("button", { name: "Verify" }));
  expect(await screen.findByText("1,234 lines are as they were written.")).toBeVisible();
  broken = { seq: 57, detail: "The line is not as it was written." };
  await user.click(screen.getByRole("button", { name: "Verify" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Line 57 is broken");
});

test("a run's line leads to the run, and says what there is none of", async () => {
  fake();
  const run = { run: "run_1", error: null, path: "", status: 200, bytes: 58 };
  server.use(
    http.get("/api/v1/audit", () =>
      HttpResponse.json({ items: [{ ...LINE, action: "query.run", detail: run }], next: null }),
    ),
  );
  const { user } = openPage("/audit");
  await user.click(await screen.findByRole("button", { name: /line 7: query.run/ }));
  expect(screen.getByRole("link", { name: "run_1" })).toHaveAttribute("href", "/runs/run_1");
  expect(screen.getAllByText("none")).toHaveLength(2);
});
