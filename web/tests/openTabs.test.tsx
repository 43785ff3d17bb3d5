// The tabs of open queries, and the unsaved work behind them.
import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test, vi } from "vitest";
import { ownWork } from "@/lib/work";
import { openPage } from "./app";
import { aQuery, fakeQueries, json, resultText } from "./fakeQueries";
import { server } from "./server";

const path = () => screen.findByLabelText("Path", {}, { timeout: 10_000 });
const tabs = () => within(screen.getByRole("navigation", { name: "Open queries" }));

/** Three queries, each at its own path. */
function threeQueries() {
  const fake = fakeQueries();
  const all = ["q1", "q2", "q3"].map((id, at) =>
    aQuery({ id, name: `query ${at + 1}`, path: `/${id}` }),
  );
  server.use(
    http.get("/api/v1/queries", () => HttpResponse.json({ items: all, next: null })),
    http.get("/api/v1/queries/:id", ({ params }) =>
      HttpResponse.json(all.find(({ id }) => id === params.id) ?? null, {
        headers: { ETag: '"1"' },
      }),
    ),
  );
  return fake;
}

type Page = ReturnType<typeof openPage>;

async function open(page: Page, number: number) {
  const list = within(screen.getByRole("navigation", { name: "Queries by data source" }));
  await page.user.click(await list.findByRole("link", { name: new RegExp(`query ${number}$`) }));
  await waitFor(() => expect(screen.getByLabelText("Path")).toHaveValue(`/q${number}`));
}

test("queries that were opened stand as tabs, also after a reload", async () => {
  threeQueries();
  const first = openPage("/queries/q1");
  await path();
  await open(first, 2);
  expect(
    tabs()
      .getAllByRole("link")
      .map((link) => link.textContent),
  ).toEqual(["GETquery 1", "GETquery 2"]);
  first.unmount();
  openPage("/queries/q2");
  await path();
  expect(tabs().getByRole("link", { name: /query 2/ })).toHaveAttribute("aria-current", "page");
  expect(tabs().getAllByRole("link")).toHaveLength(2);
});

test("unsaved work is marked, and is there when the query is opened again", async () => {
  threeQueries();
  const first = openPage("/queries/q1");
  await first.user.type(await path(), "/more");
  await waitFor(() => expect(tabs().getByRole("img", { name: "Unsaved changes" })).toBeVisible());
  await open(first, 2);
  first.unmount();
  openPage("/queries/q1");
  expect(await path()).toHaveValue("/q1/more");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
});

test("saved work leaves no mark and nothing in the browser", async () => {
  const fake = fakeQueries();
  const page = openPage("/queries/q1");
  await page.user.type(await path(), "/more");
  await tabs().findByRole("img", { name: "Unsaved changes" });
  await page.user.keyboard("{Control>}s{/Control}");
  await screen.findByText("Saved");
  expect(fake.state.query.path).toBe("/users/more");
  await waitFor(() => expect(tabs().queryByRole("img", { name: "Unsaved changes" })).toBeNull());
  expect(localStorage.getItem("sourcekeep.work.draft.q1")).toBeNull();
});

test("work that was kept over a change elsewhere is not saved over it unasked", async () => {
  const fake = fakeQueries();
  const first = openPage("/queries/q1");
  await first.user.type(await path(), "/mine");
  await tabs().findByRole("img", { name: "Unsaved changes" });
  first.unmount();
  fake.state.version = 2;
  server.use(
    http.patch("/api/v1/queries/:id", async ({ request }) =>
      request.headers.get("If-Match") === '"2"'
        ? HttpResponse.json(aQuery(), { headers: { ETag: '"3"' } })
        : new HttpResponse("{}", {
            status: 412,
            headers: { "Content-Type": "application/problem+json" },
          }),
    ),
  );
  const second = openPage("/queries/q1");
  expect(await path()).toHaveValue("/users/mine");
  await second.user.keyboard("{Control>}s{/Control}");
  expect(await screen.findByText("This query was changed elsewhere")).toBeVisible();
});

test("Delete closes the tab that has the focus and goes to its neighbour", async () => {
  threeQueries();
  const page = openPage("/queries/q1");
  await path();
  await open(page, 2);
  act(() =>
    tabs()
      .getByRole("link", { name: /query 2/ })
      .focus(),
  );
  await page.user.keyboard("{Delete}");
  await waitFor(() => expect(page.path()).toBe("/queries/q1"));
  expect(tabs().getAllByRole("link")).toHaveLength(1);
});

test("the middle button closes a tab that is not looked at, and the page stays", async () => {
  threeQueries();
  const page = openPage("/queries/q1");
  await path();
  await open(page, 2);
  await page.user.pointer({
    keys: "[MouseMiddle]",
    target: tabs().getByRole("link", { name: /query 1/ }),
  });
  await waitFor(() => expect(tabs().getAllByRole("link")).toHaveLength(1));
  expect(page.path()).toBe("/queries/q2");
});

test("a tab with unsaved work is closed only after asking", async () => {
  threeQueries();
  const page = openPage("/queries/q1");
  await page.user.type(await path(), "/more");
  await tabs().findByRole("img", { name: "Unsaved changes" });
  await page.user.click(tabs().getByRole("button", { name: "Close query 1" }));
  const dialog = within(await screen.findByRole("dialog"));
  await page.user.click(dialog.getByRole("button", { name: "Discard changes" }));
  await waitFor(() => expect(page.path()).toBe("/queries"));
  expect(localStorage.getItem("sourcekeep.work.draft.q1")).toBeNull();
});

test("a run goes on, and keeps its result, while another query is looked at", async () => {
  const fake = threeQueries();
  let answer: (response: Response) => void = () => {};
  fake.answerRunsWith(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  const page = openPage("/queries/q1");
  await path();
  await page.user.click(screen.getByRole("button", { name: "Run" }));
  await screen.findByText("Running…");
  await open(page, 2);
  expect(tabs().getByRole("img", { name: "Running" })).toBeVisible();
  expect(screen.queryByText("Running…")).toBeNull();
  answer(json(resultText()));
  await waitFor(() => expect(tabs().queryByRole("img", { name: "Running" })).toBeNull());
  await open(page, 1);
  expect(await screen.findByText("Query completed")).toBeVisible();
});

test("where the browser keeps nothing, leaving unsaved work is asked about", async () => {
  threeQueries();
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const page = openPage("/queries/q1");
  await page.user.type(await path(), "/x");
  await new Promise((resolve) => setTimeout(resolve, 400));
  await page.user.click(screen.getByRole("link", { name: "Runs" }));
  expect(await screen.findByRole("dialog", { name: "Leave without saving?" })).toBeVisible();
});

test("what one person had open is gone when another one signs in", async () => {
  threeQueries();
  const first = openPage("/queries/q1");
  await first.user.type(await path(), "/secret-plan");
  await tabs().findByRole("img", { name: "Unsaved changes" });
  first.unmount();
  ownWork("someone else");
  expect(JSON.stringify({ ...localStorage })).not.toContain("secret-plan");
});
