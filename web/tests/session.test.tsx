import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { setReachable } from "@/lib/reachability";
import { ownWork, readWork, writeWork } from "@/lib/work";
import { openPage } from "./app";
import { fakeSources, invalid, problem } from "./fakeSources";
import { ADA } from "./samples";
import { server } from "./server";

function signedOut() {
  fakeSources();
  server.use(http.get("/api/v1/session", () => problem(401, "not_signed_in", "Sign in first.")));
}

function linkIs(link: object) {
  server.use(
    http.post("/api/v1/session/link", () =>
      HttpResponse.json({ ...link, expires_at: "2099-01-01T00:00:00Z" }),
    ),
  );
}

test("without a session every address asks to sign in, and then shows what was asked for", async () => {
  signedOut();
  server.use(
    http.post("/api/v1/session", async ({ request }) => {
      const { password } = (await request.json()) as { password: string };
      return password === "right"
        ? HttpResponse.json({ user: ADA })
        : problem(401, "wrong_credentials", "The email or the password is not right.");
    }),
  );
  const { user, path } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Email"), "ada@example.com");
  await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The email or the password is not right.",
  );
  await user.clear(screen.getByLabelText("Password"));
  await user.type(screen.getByLabelText("Password"), "right{Enter}");
  expect(await screen.findByLabelText("Base URL")).toBeVisible();
  expect(path()).toBe("/data-sources/s1");
});

test("the one-time link makes the first account and goes on without the token", async () => {
  signedOut();
  const sent: unknown[] = [];
  linkIs({ kind: "first", email: null, name: null, role: "admin" });
  server.use(
    http.post("/api/v1/session/first", async ({ request }) => {
      sent.push(await request.json());
      return sent.length === 1
        ? invalid([{ pointer: "/password", code: "short", detail: "That is too short." }])
        : HttpResponse.json({ user: ADA }, { status: 201 });
    }),
  );
  const { user, router } = openPage("/welcome?token=one-time");
  await user.type(await screen.findByLabelText("Name"), "Ada");
  await user.type(screen.getByLabelText("Email"), "ada@example.com");
  await user.type(screen.getByLabelText("Password"), "short{Enter}");
  expect(await screen.findByText("That is too short.")).toBeVisible();
  await user.type(screen.getByLabelText("Password"), "er password{Enter}");
  await waitFor(() => expect(router.state.location.href).toBe("/data-sources"));
  expect(sent[1]).toEqual({
    token: "one-time",
    email: "ada@example.com",
    name: "Ada",
    password: "shorter password",
  });
});

test("an invitation is for one address; its name can be changed", async () => {
  signedOut();
  linkIs({ kind: "invite", email: "bob@example.com", name: "bob", role: "editor" });
  let sent: unknown;
  server.use(
    http.post("/api/v1/session/first", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({ user: { ...ADA, role: "editor" } }, { status: 201 });
    }),
  );
  const { user, path } = openPage("/welcome?token=one-time");
  expect(await screen.findByText(/invited as editor/)).toBeVisible();
  expect(screen.getByLabelText("Email")).toHaveAttribute("readonly");
  await user.type(screen.getByLabelText("Name"), "by");
  await user.type(screen.getByLabelText("Password"), "a long password{Enter}");
  await waitFor(() => expect(path()).toBe("/data-sources"));
  expect(sent).toMatchObject({ token: "one-time", email: "bob@example.com", name: "bobby" });
});

test("whoever answers a one-time link gets nothing of the work of the person before", async () => {
  ownWork(ADA.id);
  writeWork("draft.q1", "half done");
  sessionStorage.setItem("sourcekeep.values.q1", "typed");
  signedOut();
  linkIs({ kind: "invite", email: "bob@example.com", name: "bob", role: "editor" });
  const bob = { ...ADA, id: "u2", name: "Bob" };
  server.use(
    http.post("/api/v1/session/first", () => HttpResponse.json({ user: bob }, { status: 201 })),
  );
  const { user, path } = openPage("/welcome?token=one-time");
  await user.type(await screen.findByLabelText("Password"), "a long password{Enter}");
  await waitFor(() => expect(path()).toBe("/data-sources"));
  expect(readWork("draft.q1")).toBeNull();
  expect(sessionStorage.getItem("sourcekeep.values.q1")).toBeNull();
  expect(readWork("owner")).toBe("u2");
});

test("a link that was used says so and leads to sign-in", async () => {
  signedOut();
  server.use(
    http.post("/api/v1/session/link", () =>
      problem(403, "link_not_valid", "This link does not work (any more)."),
    ),
  );
  openPage("/welcome?token=used");
  expect(await screen.findByText("This link does not work (any more).")).toBeVisible();
  expect(screen.getByRole("link", { name: "Go to sign-in" })).toBeVisible();
});

test("a session that ends asks to sign in over the page; what was typed stays", async () => {
  const fake = fakeSources();
  const { user } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Base URL"), "x");
  fake.refuseWith(() => problem(401, "not_signed_in", "Sign in first."));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("dialog", { name: "Sign in again" })).toBeVisible();
  server.use(http.post("/api/v1/session", () => HttpResponse.json({ user: { ...ADA } })));
  await user.type(screen.getByLabelText("Email"), "ada@example.com");
  await user.type(screen.getByLabelText("Password"), "right{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/x");
});

test("another person who signs in over the page gets nothing of what was typed", async () => {
  const fake = fakeSources();
  const { user } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Base URL"), "x");
  fake.refuseWith(() => problem(401, "not_signed_in", "Sign in first."));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByRole("dialog", { name: "Sign in again" });
  const bob = { ...ADA, id: "u2", name: "Bob", email: "bob@example.com" };
  server.use(http.post("/api/v1/session", () => HttpResponse.json({ user: bob })));
  await user.type(screen.getByLabelText("Email"), "bob@example.com");
  await user.type(screen.getByLabelText("Password"), "right{Enter}");
  expect(await screen.findByRole("button", { name: "Account: Bob" })).toBeVisible();
  await waitFor(() =>
    expect(screen.getByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/"),
  );
});

test("signing out leads to the sign-in page", async () => {
  fakeSources();
  server.use(http.delete("/api/v1/session", () => new HttpResponse(null, { status: 204 })));
  const { user } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "Account: Ada" }));
  await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("who signs out while the server is away is out at once, and for the server when it is back", async () => {
  fakeSources();
  let ended = 0;
  const { user } = openPage("/data-sources");
  await user.click(await screen.findByRole("button", { name: "Account: Ada" }));
  writeWork("drafts", "of Ada");
  server.use(
    http.get("/healthz", () => HttpResponse.error()),
    http.all("/api/v1/session", () => HttpResponse.error()),
  );
  await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(readWork("drafts")).toBeNull();

  // The cookie still opens the session: it must not come back by itself.
  server.use(
    http.get("/healthz", () => HttpResponse.json({})),
    http.delete("/api/v1/session", () => {
      ended += 1;
      return new HttpResponse(null, { status: 204 });
    }),
    http.get("/api/v1/session", () =>
      ended ? problem(401, "not_signed_in", "Sign in first.") : HttpResponse.json({ user: ADA }),
    ),
  );
  await waitFor(() => expect(ended).toBe(1));
  expect(screen.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a tab notices who signed in or out in another one", async () => {
  fakeSources();
  openPage("/data-sources");
  expect(await screen.findByRole("button", { name: "Account: Ada" })).toBeVisible();
  const elsewhere = () =>
    window.dispatchEvent(new StorageEvent("storage", { key: "sourcekeep.work.owner" }));
  const bob = { ...ADA, id: "u2", name: "Bob", email: "bob@example.com" };
  server.use(http.get("/api/v1/session", () => HttpResponse.json({ user: bob })));
  elsewhere();
  expect(await screen.findByRole("button", { name: "Account: Bob" })).toBeVisible();
  server.use(http.get("/api/v1/session", () => problem(401, "not_signed_in", "Sign in first.")));
  elsewhere();
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("a server that cannot say who is signed in is named, and asked again", async () => {
  fakeSources();
  server.use(
    http.get("/api/v1/session", () => problem(500, "internal", "The store does not answer."), {
      once: true,
    }),
  );
  const { user } = openPage("/data-sources");
  expect(await screen.findByText("The store does not answer.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("button", { name: "REST API" })).toBeVisible();
});

test("a server that does not answer is said, and the page mends itself", async () => {
  fakeSources();
  server.use(http.get("/healthz", () => HttpResponse.json({})));
  openPage("/data-sources");
  await screen.findByRole("button", { name: "REST API" });
  setReachable(false);
  expect(await screen.findByText("Sourcekeep does not answer; trying again…")).toBeVisible();
  await waitFor(() => expect(screen.queryByText(/does not answer/)).toBeNull());
});
