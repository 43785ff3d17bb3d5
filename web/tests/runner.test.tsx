import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { aQuery, fakeQueries } from "./fakeQueries";
import { ADA } from "./samples";
import { server } from "./server";

/** Rita may run saved queries and see their results. */
function asRunner(...[query]: Parameters<typeof fakeQueries>) {
  const fake = fakeQueries(query);
  const rita = { ...ADA, name: "Rita", role: "runner" };
  server.use(http.get("/api/v1/session", () => HttpResponse.json({ user: rita })));
  return fake;
}

test("a runner sees how a source is set up and is offered nothing they may not do", async () => {
  asRunner();
  const { user } = openPage("/data-sources/s1");
  expect(await screen.findByLabelText(/Base URL/)).toHaveValue("https://api.example.com/v1/");
  expect(screen.getByLabelText(/Base URL/)).toBeDisabled();
  expect(screen.getByText("You can run its queries; changing it takes an editor.")).toBeVisible();
  for (const name of ["Save", "Delete", "Test connection", /^Rename/]) {
    expect(screen.queryByRole("button", { name })).toBeNull();
  }
  expect(screen.queryByRole("link", { name: "Create query" })).toBeNull();
  expect(screen.queryByRole("navigation", { name: "Add a data source" })).toBeNull();
  // Nothing is saved, also not by the key.
  await user.keyboard("{Control>}s{/Control}");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a runner is led to sources and queries that are there, not to making them", async () => {
  asRunner();
  const { router } = openPage("/data-sources");
  expect(await screen.findByText(/Adding one takes an editor/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "REST API" })).toBeNull();
  await router.navigate({ to: "/queries" });
  expect(await screen.findByText("Run it to see its result here.")).toBeVisible();
});

test("what is offered as the first run needs no value of the person's own", async () => {
  asRunner(aQuery({ parameters: [{ name: "id", type: "integer", required: true }] }));
  openPage("/data-sources");
  await screen.findByText(/Adding one takes an editor/);
  await waitFor(() => expect(screen.getByRole("link", { name: /restapi/ })).toBeVisible());
  expect(screen.queryByRole("button", { name: /^Run/ })).toBeNull();
});
