import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { invalid, problem } from "./fakeSources";
import { fakeList, fakeWorkspace } from "./fakeWorkspace";
import { server } from "./server";

const ME = {
  id: "u1",
  email: "ada@example.com",
  name: "Ada",
  role: "admin",
  state: "active",
  last_seen_at: "2026-11-24T10:00:00Z",
  created_at: "2026-11-20T10:00:00Z",
};
const BOB = { ...ME, id: "u2", email: "bob@example.com", name: "Bob", role: "runner" };
const LINK = {
  link: "http://sourcekeep.test/welcome?token=once",
  link_expires_at: "2099-01-01T00:00:00Z",
};

test("an invitation gives a link to hand on", async () => {
  fakeWorkspace();
  const people = fakeList("/users", [ME]);
  people.answerWith(() =>
    HttpResponse.json({ ...BOB, state: "invited", ...LINK }, { status: 201 }),
  );
  const { user } = openPage("/settings/people");
  await user.click(await screen.findByRole("button", { name: "Invite" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Name"), "Bob");
  await user.type(within(dialog).getByLabelText("Email"), "bob@example.com");
  await user.selectOptions(within(dialog).getByLabelText("Role"), "editor");
  await user.click(within(dialog).getByRole("button", { name: "Make the link" }));
  expect(await screen.findByText(LINK.link)).toBeVisible();
  expect(people.state.calls).toEqual([
    {
      method: "POST",
      path: "/users",
      body: { email: "bob@example.com", name: "Bob", role: "editor" },
    },
  ]);
});

test("a role is changed where it stands; a refusal is said beside it", async () => {
  fakeWorkspace();
  const people = fakeList("/users", [ME, BOB]);
  people.answerWith(({ body }) =>
    JSON.stringify(body).includes("admin")
      ? problem(409, "last_admin", "This is the last admin.")
      : HttpResponse.json(BOB),
  );
  const { user } = openPage("/settings/people");
  await user.selectOptions(await screen.findByLabelText("Role of Bob"), "editor");
  await waitFor(() => expect(people.state.calls[0]?.body).toEqual({ role: "editor" }));
  await user.selectOptions(screen.getByLabelText("Role of Bob"), "admin");
  expect(await screen.findByText("This is the last admin.")).toBeVisible();
});

test("a person is disabled, enabled, given a new link and deleted; nobody does that to themselves", async () => {
  fakeWorkspace();
  const people = fakeList("/users", [ME, BOB]);
  people.answerWith(({ path }) => (path.endsWith("/link") ? HttpResponse.json(LINK) : undefined));
  const { user } = openPage("/settings/people");
  await user.click(await screen.findByRole("button", { name: "New link for Bob" }));
  await user.click(await screen.findByRole("button", { name: "Make the link" }));
  expect(await screen.findByText(LINK.link)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Done" }));
  people.answerWith(() => {
    people.state.items = [ME, { ...BOB, state: "disabled" }];
    return HttpResponse.json(BOB);
  });
  await user.click(await screen.findByRole("button", { name: "Disable Bob" }));
  await user.click(await screen.findByRole("button", { name: "Disable" }));
  await user.click(await screen.findByRole("button", { name: "Enable Bob" }));
  await waitFor(() =>
    expect(people.state.calls.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/users/u2/link", undefined],
      ["PATCH", "/users/u2", { disabled: true }],
      ["PATCH", "/users/u2", { disabled: false }],
    ]),
  );
  expect(screen.queryByRole("button", { name: "Delete Ada" })).toBeNull();
  expect(screen.getByRole("button", { name: "Delete Bob" })).toBeVisible();
});

const SESSIONS = [
  {
    id: "x1",
    created_at: "2026-11-24T10:00:00Z",
    last_seen_at: "2026-11-24T10:00:00Z",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    current: true,
  },
  {
    id: "x2",
    created_at: "2026-11-20T10:00:00Z",
    last_seen_at: "2026-11-23T10:00:00Z",
    user_agent: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
    current: false,
  },
];

test("the password is changed, and a wrong one said at its field", async () => {
  fakeWorkspace("runner");
  fakeList("/sessions", SESSIONS);
  let sent: unknown;
  server.use(
    http.post("/api/v1/session/password", async ({ request }) => {
      sent = await request.json();
      return JSON.stringify(sent).includes("wrong")
        ? invalid([{ pointer: "/current", code: "wrong", detail: "The password is wrong." }])
        : new HttpResponse(null, { status: 204 });
    }),
  );
  const { user } = openPage("/settings/account");
  await user.type(await screen.findByLabelText("Present password"), "wrong");
  await user.type(screen.getByLabelText("New password"), "another long one{Enter}");
  expect(await screen.findByText("The password is wrong.")).toBeVisible();
  await user.clear(screen.getByLabelText("Present password"));
  await user.type(screen.getByLabelText("Present password"), "right{Enter}");
  expect(await screen.findByText("Changed. Your other sessions have ended.")).toBeVisible();
  expect(sent).toEqual({ current: "right", new: "another long one" });
  expect(screen.getByLabelText("New password")).toHaveValue("");
});

test("one session is ended, or all of them, which leads to sign-in", async () => {
  fakeWorkspace("runner");
  const { state } = fakeList("/sessions", SESSIONS);
  server.use(http.delete("/api/v1/sessions", () => new HttpResponse(null, { status: 204 })));
  const { user } = openPage("/settings/account");
  await user.click(
    await screen.findByRole("button", { name: "End the session: Firefox on Windows" }),
  );
  await user.click(await screen.findByRole("button", { name: "End it" }));
  await waitFor(() => expect(state.calls[0]?.path).toBe("/sessions/x2"));
  await user.click(screen.getByRole("button", { name: "Sign out everywhere" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Sign out everywhere" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a rotation of the master key is asked for once, and reported", async () => {
  fakeWorkspace();
  let keys = [{ id: "k1", current: true, secrets: 12 }];
  server.use(
    http.get("/api/v1/keys", () => HttpResponse.json({ items: keys })),
    http.post("/api/v1/keys/rotate", async ({ request }) => {
      const { retire_old: retire } = (await request.json()) as { retire_old: boolean };
      const done = { key: "k2", added: !retire, rewrapped: 12, secrets: 12, left: 0, broken: [] };
      keys = [{ id: "k2", current: true, secrets: 12 }];
      if (!retire) keys.push({ id: "k1", current: false, secrets: 0 });
      return HttpResponse.json({ ...done, retired: retire ? ["k1"] : [], unused: [] });
    }),
  );
  const { user } = openPage("/settings/keys");
  await user.click(await screen.findByRole("button", { name: "Rotate the master key" }));
  await user.click(await screen.findByRole("button", { name: "Rotate" }));
  expect(await screen.findByText("12 secrets were wrapped with k2.")).toBeVisible();
  expect(await screen.findByText("no longer used")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Retire old keys" }));
  await user.click(await screen.findByRole("button", { name: "Retire" }));
  expect(await screen.findByText("1 old key was taken away.")).toBeVisible();
  await waitFor(() => expect(screen.queryByText("no longer used")).toBeNull());
});

test("settings begin at one's own account, and show the parts that the role may use", async () => {
  fakeWorkspace("runner");
  fakeList("/sessions", SESSIONS);
  const { path } = openPage("/settings");
  expect(await screen.findByRole("link", { name: "My account" })).toHaveAttribute(
    "aria-current",
    "page",
  );
  expect(path()).toBe("/settings/account");
  expect(screen.queryByRole("link", { name: "People" })).toBeNull();
});

test.each([
  ["/callers", "Callers is not open to your role"],
  ["/settings/people", "People is not open to your role"],
  ["/secrets", "Secrets & constants is not open to your role"],
])("a runner's deep link to %s says calmly that it is not for them", async (address, words) => {
  fakeWorkspace("runner");
  openPage(address);
  expect(await screen.findByRole("heading", { name: words })).toBeVisible();
  const pages = within(screen.getByRole("navigation", { name: "Pages" })).getAllByRole("link");
  expect(pages.map((link) => link.textContent)).toEqual([
    "Data Sources",
    "Queries",
    "Runs",
    "Settings",
  ]);
});
