import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources } from "./fakeSources";
import { fakeList, fakeWorkspace } from "./fakeWorkspace";
import { server } from "./server";

test("Ctrl+K, a few letters, Enter: a source is open; Escape leaves things as they were", async () => {
  fakeSources();
  server.use(http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })));
  const { user, path } = openPage("/data-sources");
  await screen.findByRole("button", { name: "REST API" });

  await user.keyboard("{Control>}k{/Control}");
  const box = await screen.findByRole("combobox", { name: "Page, data source or query" });
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

test("the arrows walk the places round", async () => {
  fakeSources();
  server.use(http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })));
  const { user } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "Go to…" }));
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  await screen.findByRole("option", { name: /restapi/ });
  await user.keyboard("{ArrowUp}");
  expect(screen.getByRole("option", { name: /restapi/ })).toHaveAttribute("aria-selected", "true");
  await user.keyboard("{ArrowDown}");
  expect(screen.getByRole("option", { name: /Data Sources/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
});

test("it leads only to what the role has a use for", async () => {
  fakeWorkspace("runner");
  fakeList("/sessions", []);
  const { user } = openPage("/settings/account");
  await user.click(await screen.findByRole("button", { name: "Go to…" }));
  await waitFor(() => expect(screen.getByRole("combobox")).toHaveFocus());
  expect(await screen.findByRole("option", { name: /My account/ })).toBeVisible();
  expect(screen.queryByRole("option", { name: /Callers|Audit|People|Keys|Secrets/ })).toBeNull();
});
