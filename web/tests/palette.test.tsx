import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { takeRunRequest } from "@/lib/runRequest";
import { openPage } from "./app";
import { fakeQueries } from "./fakeQueries";
import { fakeSources } from "./fakeSources";
import { fakeList, fakeWorkspace } from "./fakeWorkspace";
import { server } from "./server";

const palette = { name: /^Page, source/ };

async function choose(user: ReturnType<typeof openPage>["user"], words: string) {
  await screen.findByRole("heading", { level: 1 });
  await user.keyboard("{Control>}k{/Control}");
  await waitFor(() => expect(screen.getByRole("combobox", palette)).toHaveFocus());
  await user.keyboard(words);
  await waitFor(() =>
    expect(screen.getByRole("option", { selected: true })).toHaveTextContent(
      new RegExp(words, "i"),
    ),
  );
  await user.keyboard("{Enter}");
}

test("Ctrl+K, a few letters, Enter: a source is open; Escape leaves things as they were", async () => {
  fakeSources();
  server.use(http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })));
  const { user, path } = openPage("/data-sources");
  await screen.findByRole("button", { name: "REST API" });

  await user.keyboard("{Control>}k{/Control}");
  const box = await screen.findByRole("combobox", { name: /^Page, source/ });
  await waitFor(() => expect(box).toHaveFocus());
  await user.keyboard("nothing like it");
  expect(await screen.findByText('No results for "nothing like it"')).toBeVisible();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("combobox")).toBeNull());
  expect(path()).toBe("/data-sources");

  await user.keyboard("{Control>}k{/Control}");
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  await user.keyboard("rest");
  expect(await screen.findByRole("option", { name: /restapi/, selected: true })).toBeVisible();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(path()).toBe("/data-sources/s1"));
});

test("a query is run from anywhere, also the one that is open", async () => {
  const fake = fakeQueries();
  const { user, path } = openPage("/data-sources");
  await screen.findByRole("button", { name: "REST API" });
  for (const runs of [1, 2]) {
    await user.keyboard("{Control>}k{/Control}");
    await waitFor(() => expect(screen.getByRole("combobox", palette)).toHaveFocus());
    await user.keyboard("run rest");
    expect(
      await screen.findByRole("option", { name: /Run restapi1/, selected: true }),
    ).toBeVisible();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.state.calls).toHaveLength(runs));
    expect(await screen.findByText("Query completed")).toBeVisible();
    expect(fake.last()?.path).toBe("/queries/q1/run");
    expect(path()).toBe("/queries/q1");
  }
});

test("a query is not run when unsaved work holds the person back", async () => {
  const fake = fakeQueries();
  const { user, path } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText(/Base URL/), "/more");
  await user.keyboard("{Control>}k{/Control}");
  await waitFor(() => expect(screen.getByRole("combobox", palette)).toHaveFocus());
  await user.keyboard("run rest");
  await screen.findByRole("option", { name: /Run restapi1/, selected: true });
  await user.keyboard("{Enter}");
  await user.click(await screen.findByText("Stay"));
  expect(path()).toBe("/data-sources/s1");
  expect(takeRunRequest("q1")).toBe(false);
  expect(fake.state.calls).toEqual([]);
});

test.each([
  ["new query on rest", "/queries/q1"],
  ["new data", "/data-sources"],
  ["new caller", "/callers/new"],
])("%s: it is being made", async (words, place) => {
  fakeQueries();
  const { user, path } = openPage("/queries");
  await choose(user, words);
  await waitFor(() => expect(path()).toBe(place));
});

test.each([
  ["new secret", "Add a secret"],
  ["new constant", "Add a constant"],
  ["invite", "Invite"],
])("%s: its dialog is open, and closing it leaves its page", async (words, title) => {
  fakeWorkspace();
  fakeList("/secrets", []);
  fakeList("/constants", []);
  fakeList("/users", []);
  const { user, router } = openPage("/queries");
  await choose(user, words);
  const dialog = await screen.findByRole("dialog", { name: title });
  await user.click(within(dialog).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(router.state.location.search).not.toHaveProperty("add");
});

test("the arrows walk the places round", async () => {
  fakeSources();
  server.use(http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })));
  const { user } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "Go to, run or create" }));
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  await screen.findByRole("option", { name: /New query on restapi/ });
  await user.keyboard("{ArrowUp}");
  expect(screen.getByRole("option", { name: /New query on restapi/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await user.keyboard("{ArrowDown}");
  expect(screen.getByRole("option", { name: /^Data Sources/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
});

test("it leads only to what the role has a use for", async () => {
  fakeWorkspace("runner");
  fakeList("/sessions", []);
  const { user } = openPage("/settings/account");
  await user.click(await screen.findByRole("button", { name: "Go to, run or create" }));
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  expect(await screen.findByRole("option", { name: /My account/ })).toBeVisible();
  expect(screen.queryByRole("option", { name: /Callers|Audit|People|Keys|Secrets/ })).toBeNull();
});
