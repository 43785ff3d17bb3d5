import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test } from "vitest";
import {
  hueOf,
  matchingPresets,
  monogram,
  presetOf,
  stillToFill,
} from "@/features/sources/presetList";
import { openPage } from "./app";
import { aQuery, fakeQueries, resultText } from "./fakeQueries";
import { fakeSources, invalid } from "./fakeSources";
import { aSource, GITHUB, JIRA, SET } from "./samples";
import { server } from "./server";

beforeEach(() => sessionStorage.clear());

const made = aSource({ name: "github", base_url: "https://api.github.com/" });
const empty = { ...made, auth: { ...made.auth, token: null } };

test("a base URL belongs to the preset of its host, or of all its customers' hosts", () => {
  const presets = [GITHUB, JIRA];
  expect(presetOf("https://api.github.com/repos", presets)).toBe(GITHUB);
  expect(presetOf("https://acme.atlassian.net/rest/api/3/", presets)).toBe(JIRA);
  expect(presetOf("https://atlassian.net.example.com/", presets)).toBeUndefined();
  expect(presetOf("not a url", presets)).toBeUndefined();
});

test("what is still to be filled in is what is neither stored nor typed", () => {
  expect(stillToFill(GITHUB, { auth: { type: "bearer", token: null } })).toEqual(["/auth/token"]);
  expect(stillToFill(GITHUB, { auth: { type: "bearer", token: SET } })).toEqual([]);
  expect(stillToFill(GITHUB, { auth: { type: "bearer", token: "typed" } })).toEqual([]);
  expect(stillToFill(JIRA, { base_url: "", auth: { type: "basic", username: "a" } })).toEqual([
    "/base_url",
    "/auth/password",
  ]);
});

test("tiles have two letters and a colour of the name", () => {
  expect([monogram("GitHub"), monogram("Stripe"), monogram("OpenWeather")]).toEqual([
    "GH",
    "St",
    "OW",
  ]);
  expect(hueOf("Stripe")).toBe(hueOf("Stripe"));
});

test("search finds presets by what they are for", () => {
  expect(matchingPresets([GITHUB, JIRA], "issue proj")).toEqual([JIRA]);
});

test("a preset adds its source and first query, leads to the token, and runs in one click", async () => {
  const fake = fakeQueries(aQuery({ name: "github_my_repositories" }));
  const sources = fakeSources(empty);
  server.use(
    http.get("/api/v1/queries", () => HttpResponse.json({ items: [], next: null })),
    http.post("/api/v1/queries/:id/run", () => HttpResponse.text(resultText({}, '{"a":1}'))),
  );
  const { user, path } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "GitHub" }));
  const token = await screen.findByLabelText("Token", { selector: "input" });
  expect(sources.state.created).toEqual([{ ...GITHUB.source, kind: "restapi", name: "github" }]);
  expect(fake.last()?.body).toEqual({ ...GITHUB.query, data_source: "s1" });
  await waitFor(() => expect(token).toHaveFocus());
  const steps = screen.getByRole("region", { name: "First steps" });
  expect(within(steps).getByRole("link", { name: "Get a token at github.com" })).toHaveAttribute(
    "href",
    "https://github.com/settings/personal-access-tokens",
  );
  expect(within(steps).queryByRole("button", { name: "Run the first query" })).toBeNull();

  await user.keyboard("ghp_1{Enter}");
  await user.click(await within(steps).findByRole("button", { name: "Run the first query" }));
  await waitFor(() => expect(path()).toBe("/queries/q1"));
  expect(await screen.findByText("Query completed")).toBeVisible();
});

test("a name that is taken gets a number", async () => {
  fakeQueries();
  const sources = fakeSources(empty);
  const names: unknown[] = [];
  server.use(
    http.post("/api/v1/data-sources", async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      names.push(name);
      return names.length < 3
        ? invalid([{ pointer: "/name", code: "name_taken", detail: "Taken." }])
        : HttpResponse.json(sources.state.source, { status: 201 });
    }),
  );
  const { user, path } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "GitHub" }));
  await waitFor(() => expect(path()).toBe("/data-sources/s1"));
  expect(names).toEqual(["github", "github_2", "github_3"]);
});

test("the source of a known API says where its token comes from, however it was made", async () => {
  fakeSources(made);
  openPage("/data-sources/s1");
  expect(await screen.findByRole("link", { name: "GitHub API documentation" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Get a token at github.com" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "First steps" })).toBeNull();
});

test("until anything was run, a query that is ready is offered", async () => {
  fakeQueries(aQuery({ name: "demo" }));
  const { user, path } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "Run demo" }));
  await waitFor(() => expect(path()).toBe("/queries/q1"));
  expect(await screen.findByText("Query completed")).toBeVisible();
});

test("an address alone runs nothing", async () => {
  const fake = fakeQueries();
  openPage("/queries/q1?run=1");
  await screen.findByRole("button", { name: "Run" });
  expect(fake.state.calls).toEqual([]);
});
