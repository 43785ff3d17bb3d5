import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources } from "./fakeSources";

test("API in the sidebar, then the card REST API: adds a source and opens its form", async () => {
  const fake = fakeSources();
  const { user, path } = openPage("/");
  await user.click(await screen.findByRole("link", { name: /^API/ }));
  await user.click(await screen.findByRole("button", { name: "REST API" }));
  await waitFor(() => expect(path()).toBe("/data-sources/s1"));
  expect(fake.state.created).toEqual([{ kind: "restapi" }]);
  expect(await screen.findByLabelText("Base URL")).toBeVisible();
});

test("typing filters the cards at once; no match says so", async () => {
  fakeSources();
  const { user } = openPage("/data-sources");
  const search = await screen.findByLabelText("Search kinds of data sources");
  await screen.findByRole("button", { name: "REST API" });
  await user.type(search, "soap");
  expect(screen.getByText('No results for "soap"')).toBeVisible();
  expect(screen.queryByRole("button", { name: "REST API" })).toBeNull();
});

test("saved sources stand in the sidebar", async () => {
  fakeSources();
  const { user, path } = openPage("/data-sources");
  await user.click(await screen.findByRole("link", { name: "restapi" }));
  await waitFor(() => expect(path()).toBe("/data-sources/s1"));
});

test("an address that names no source says so", async () => {
  fakeSources();
  openPage("/data-sources/gone");
  expect(await screen.findByText("There is no such data source")).toBeVisible();
});

test("an address that is none has its own page", async () => {
  fakeSources();
  openPage("/nowhere");
  expect(await screen.findByText("There is no such page")).toBeVisible();
});
