import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, test, vi } from "vitest";
import { openPage } from "./app";
import { aQuery, fakeQueries, json, resultText } from "./fakeQueries";
import { invalid, problem } from "./fakeSources";
import { ADA } from "./samples";
import { server } from "./server";

beforeEach(() => {
  // jsdom lays nothing out; a virtual table draws what fits into its region.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(1000);
});

/** The editor, once its code and the query are there. */
const path = () => screen.findByLabelText("Path", {}, { timeout: 10_000 });
const given = (label: RegExp) =>
  within(screen.getByRole("region", { name: "Values to run with" })).getByLabelText(label);
const runButton = () => screen.getByRole("button", { name: "Run" });
const outcome = () => within(screen.getByRole("region", { name: "Result" }));

test("a saved query that was not changed is run as it is saved", async () => {
  const fake = fakeQueries();
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  expect(await screen.findByText("Query completed")).toBeVisible();
  expect(outcome().getByText("200 OK")).toBeVisible();
  expect(outcome().getByText("47 ms")).toBeVisible();
  expect(outcome().getByText("1.2 kB")).toBeVisible();
  expect(fake.last()).toMatchObject({ path: "/queries/q1/run", body: { parameters: {} } });
});

test("a changed query is run as it stands on screen, by the keyboard, and is not saved by it", async () => {
  const fake = fakeQueries();
  const { user } = openPage("/queries/q1");
  await user.type(await path(), "/7");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByText("Query completed");
  expect(fake.last()?.path).toBe("/data-sources/s1/run");
  expect(fake.last()?.body.query).toMatchObject({ method: "GET", path: "/users/7" });
  expect(screen.getByText("Unsaved changes")).toBeVisible();
});

test("Save sends only what changed", async () => {
  const fake = fakeQueries();
  const { user } = openPage("/queries/q1");
  await path();
  await user.selectOptions(screen.getByLabelText("Method"), "POST");
  await user.keyboard("{Control>}s{/Control}");
  expect(await screen.findByText("Saved")).toBeVisible();
  expect(fake.state.calls).toEqual([
    { path: "/queries/q1", ifMatch: '"1"', text: '{"method":"POST"}', body: { method: "POST" } },
  ]);
});

test("a method that is not in the list can be typed", async () => {
  const fake = fakeQueries();
  const { user } = openPage("/queries/q1");
  await path();
  await user.selectOptions(screen.getByLabelText("Method"), "other…");
  await user.type(screen.getByLabelText("Other method"), "PURGE");
  await user.click(runButton());
  await screen.findByText("Query completed");
  expect(fake.last()?.body.query).toMatchObject({ method: "PURGE" });
});

test("a number beyond 2^53 goes out and comes back digit for digit", async () => {
  const parameters = [{ name: "id", type: "integer" as const, required: true }];
  const fake = fakeQueries(aQuery({ parameters }));
  fake.answerRunsWith(() => json(resultText({}, '[{"id":9007199254740993,"price":12.50}]')));
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(screen.getByRole("tab", { name: /Parameters/ }));
  await user.type(given(/^id integer/), "9007199254740993");
  await user.click(runButton());
  const table = await screen.findByRole("grid", { name: "Result rows" });
  expect(await within(table).findByRole("gridcell", { name: "9007199254740993" })).toHaveAttribute(
    "data-kind",
    "number",
  );
  expect(within(table).getByRole("gridcell", { name: "12.50" })).toBeVisible();
  expect(fake.last()?.text).toBe('{"parameters":{"id":9007199254740993}}');
});

test("a value that is not of its type stops the run at its field", async () => {
  const parameters = [{ name: "id", type: "integer" as const, required: true }];
  const fake = fakeQueries(aQuery({ parameters }));
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  expect(await screen.findByText("This value is required.")).toBeVisible();
  await user.type(given(/^id integer/), "seven");
  await user.click(runButton());
  expect(await screen.findByText("Enter a whole number, such as 42.")).toBeVisible();
  await waitFor(() => expect(given(/^id integer/)).toHaveFocus());
  expect(fake.state.calls).toEqual([]);
});

test("values to run with are still there when the query is opened again", async () => {
  const parameters = [{ name: "note", type: "string" as const }];
  fakeQueries(aQuery({ parameters }));
  const first = openPage("/queries/q1");
  await path();
  await first.user.click(screen.getByRole("tab", { name: /Parameters/ }));
  await first.user.type(given(/^note string/), "hello");
  first.unmount();
  const second = openPage("/queries/q1");
  await path();
  await second.user.click(screen.getByRole("tab", { name: /Parameters/ }));
  expect(given(/^note string/)).toHaveValue("hello");
});

test("a refused run says what is wrong at the field, in its tab, and as a card", async () => {
  const fake = fakeQueries(aQuery({ headers: [{ name: "X", value: "{{ params.nme }}" }] }));
  const detail = "'nme' is not a parameter of this query; near it is 'name'.";
  fake.answerRunsWith(() =>
    problem(422, "unknown_variable", detail, {
      title: "Unknown variable",
      stage: "compose",
      hint: "Define it in Parameters, or correct its name.",
      errors: [{ pointer: "/headers/0/value", code: "unknown_variable", detail }],
    }),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  const card = await screen.findByRole("region", { name: "What failed" });
  expect(within(card).getByText("Unknown variable")).toBeVisible();
  expect(within(card).getByText("Define it in Parameters, or correct its name.")).toBeVisible();
  expect(within(card).getByText(/Nothing was sent/)).toBeVisible();
  const value = await screen.findByLabelText("Value of header 1");
  expect(value).toHaveAccessibleDescription(detail);
  await waitFor(() => expect(value).toHaveFocus());
});

test("what is wrong with the data source leads there", async () => {
  const fake = fakeQueries();
  fake.answerRunsWith(() =>
    problem(422, "invalid_url", "The data source has no base URL.", {
      stage: "compose",
      errors: [{ pointer: "/source/base_url", code: "invalid_url", detail: "No base URL." }],
    }),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  const card = await screen.findByRole("region", { name: "What failed" });
  expect(within(card).getByRole("link", { name: /Open the data source/ })).toHaveAttribute(
    "href",
    "/data-sources/s1",
  );
});

test("a failure is a calm card, with what was sent, and the answer's body below it", async () => {
  const fake = fakeQueries();
  const error = {
    code: "http_status",
    stage: "response",
    title: "The server answered 401 Unauthorized",
    detail: "The API did not accept the credential.",
    hint: "Check the token of the data source.",
    retryable: false,
  };
  const response = {
    status: 401,
    reason: "Unauthorized",
    http_version: "1.1",
    headers: [["WWW-Authenticate", "Bearer"]],
    content_type: "application/json",
    size_bytes: 20,
    truncated: false,
  };
  fake.answerRunsWith(() =>
    json(resultText({ status: "failed", error, response }, '{"message":"bad token"}')),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  expect(await screen.findByText("Query failed")).toBeVisible();
  const card = within(screen.getByRole("region", { name: "What failed" }));
  expect(card.getByText("Response")).toBeVisible();
  expect(card.getByText("Check the token of the data source.")).toBeVisible();
  expect(card.getByText("GET https://api.example.com/v1/users")).toBeVisible();
  await user.click(outcome().getByRole("tab", { name: "Request" }));
  expect(outcome().getByText("Bearer ••••••")).toBeVisible();
  expect(
    await outcome().findByRole("row", { name: "Authorization Bearer •••••• authentication" }),
  ).toBeVisible();
  await user.click(outcome().getByRole("tab", { name: /Headers/ }));
  expect(outcome().getByText("WWW-Authenticate")).toBeVisible();
});

test("Cancel closes the call, and the page says so", async () => {
  const fake = fakeQueries();
  let closed = false;
  server.use(
    http.post("/api/v1/queries/:id/run", ({ request }) => {
      request.signal.addEventListener("abort", () => {
        closed = true;
      });
      return new Promise<Response>(() => {});
    }),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(runButton());
  expect(await screen.findByText("Running…")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await screen.findByText(/Query cancelled after/)).toBeVisible();
  await waitFor(() => expect(closed).toBe(true));
  expect(fake.state.calls).toEqual([]);
});

test("names are offered while a template is typed, and taken by the keyboard", async () => {
  fakeQueries(aQuery({ path: "", parameters: [{ name: "id", type: "integer" }] }));
  const { user } = openPage("/queries/q1");
  const field = await screen.findByRole("combobox", { name: "Path" });
  await user.type(field, "/u/{{{{ t");
  expect(await screen.findByRole("option", { name: "constants.tenant" })).toBeVisible();
  await user.clear(field);
  await user.type(field, "/u/{{{{ par");
  expect(screen.getByRole("option", { name: "params.id" })).toBeVisible();
  await user.keyboard("{Enter}");
  expect(field).toHaveValue("/u/{{ params.id }}");
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("a row can remove what the data source would send", async () => {
  const fake = fakeQueries(aQuery({ headers: [{ name: "Accept", value: "x" }] }));
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(screen.getByRole("tab", { name: /Headers/ }));
  await user.click(screen.getByRole("button", { name: /Remove the data source's/ }));
  await user.click(runButton());
  await screen.findByText("Query completed");
  expect(fake.last()?.body.query).toMatchObject({ headers: [{ name: "Accept", value: null }] });
});

test("a new query is made on the source that was asked for, and opened", async () => {
  const fake = fakeQueries();
  const page = openPage("/queries?new=s1");
  expect(await path()).toHaveValue("/users");
  expect(page.path()).toBe("/queries/q1");
  expect(fake.state.calls).toEqual([
    {
      path: "/queries",
      ifMatch: null,
      text: '{"data_source":"s1"}',
      body: { data_source: "s1" },
    },
  ]);
});

test("clicking Save while the name is typed renames, then saves on the new version", async () => {
  const fake = fakeQueries();
  const { user } = openPage("/queries/q1");
  await user.type(await path(), "/7");
  await user.click(screen.getByRole("button", { name: /Rename query/ }));
  await user.clear(screen.getByLabelText("Name of the query"));
  await user.type(screen.getByLabelText("Name of the query"), "people");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Saved")).toBeVisible();
  expect(fake.state.calls.map(({ body }) => body)).toEqual([
    { name: "people" },
    { path: "/users/7" },
  ]);
  expect(fake.state.calls.map(({ ifMatch }) => ifMatch)).toEqual([null, '"2"']);
});

test("a runner runs what is saved, and can change nothing", async () => {
  const parameters = [{ name: "id", type: "integer" as const }];
  const fake = fakeQueries(aQuery({ parameters, headers: [{ name: "Accept", value: "x" }] }));
  server.use(
    http.get("/api/v1/session", () => HttpResponse.json({ user: { ...ADA, role: "runner" } })),
  );
  const { user } = openPage("/queries/q1");
  expect(await path()).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  await user.click(screen.getByRole("tab", { name: /Headers/ }));
  expect(screen.getByLabelText("Name of header 1")).toBeDisabled();
  await user.click(screen.getByRole("tab", { name: /Parameters/ }));
  await user.type(given(/^id integer/), "7");
  await user.click(runButton());
  await screen.findByText("Query completed");
  expect(fake.last()).toMatchObject({ path: "/queries/q1/run", body: { parameters: { id: 7 } } });
});

test("a refused save says so at the field, until the field is changed", async () => {
  const fake = fakeQueries(aQuery({ headers: [{ name: "Bad Name", value: "x" }] }));
  const detail = "A header name holds no spaces.";
  const { user } = openPage("/queries/q1");
  await user.type(await path(), "/7");
  server.use(
    http.patch("/api/v1/queries/:id", () =>
      invalid([{ pointer: "/headers/0/name", code: "invalid_header", detail }]),
    ),
  );
  await user.click(screen.getByRole("button", { name: "Save" }));
  const name = await screen.findByLabelText("Name of header 1");
  expect(name).toHaveAccessibleDescription(detail);
  await waitFor(() => expect(name).toHaveFocus());
  expect(screen.getByText("Not saved")).toBeVisible();
  await user.type(name, "x");
  expect(screen.queryByText("Not saved")).toBeNull();
  expect(screen.queryByText(detail)).toBeNull();
  expect(fake.state.calls).toEqual([]);
});

test("a duplicate says whose copy it is", async () => {
  fakeQueries();
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/v1/queries", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(aQuery({ id: "q2", name: "users copy" }), { status: 201 });
    }),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(screen.getByRole("button", { name: /^More about/ }));
  await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ name: `${aQuery().name} copy`, data_source: "s1" });
});

test("a refused duplicate says why", async () => {
  fakeQueries();
  server.use(
    http.post("*/api/v1/queries", () => problem(403, "forbidden", "The role may not do this.")),
  );
  const { user } = openPage("/queries/q1");
  await path();
  await user.click(screen.getByRole("button", { name: /^More about/ }));
  await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/Not duplicated: .*may not/);
});
