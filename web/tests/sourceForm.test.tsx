import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources, invalid, problem } from "./fakeSources";
import { aSource, SET } from "./samples";

async function openForm(source = aSource()) {
  const fake = fakeSources(source);
  const page = openPage(`/data-sources/${source.id}`);
  await screen.findByLabelText("Base URL");
  const save = () => page.user.click(screen.getByRole("button", { name: "Save" }));
  return { ...page, fake, save };
}

test("the form has the words of the seed page, in its order", async () => {
  const { user } = await openForm();
  await user.selectOptions(screen.getByLabelText("SSL Certificate"), "Client Certificate");
  const labels = [
    "Base URL",
    "Authentication",
    "SSL Certificate",
    "CA Cert",
    "Client Key",
    "Client Cert",
  ];
  const fields = labels.map((label) => screen.getByLabelText(label, { exact: true }));
  for (const [at, field] of fields.slice(1).entries()) {
    const before = fields[at];
    expect(before?.compareDocumentPosition(field)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  }
  expect(screen.getByRole("heading", { name: "Headers" })).toBeVisible();
  expect(screen.getByRole("group", { name: "Token" })).toHaveTextContent("set");
  expect(screen.getByRole("button", { name: "Save" })).toBeVisible();
});

test("Save sends only what changed, with the version it was based on", async () => {
  const { user, fake, save } = await openForm();
  const url = screen.getByLabelText("Base URL");
  await user.clear(url);
  await user.type(url, "http://localhost:3001/api/bearer-auth");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
  await save();
  await screen.findByText("Saved");
  expect(fake.state.patches).toEqual([
    { body: { base_url: "http://localhost:3001/api/bearer-auth" }, ifMatch: '"1"' },
  ]);
});

test("a stored token shows as set, and Replace sends the new one alone", async () => {
  const { user, fake, save } = await openForm();
  expect(screen.queryByLabelText("Token", { selector: "input" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Replace Token" }));
  const field = screen.getByLabelText("Token", { selector: "input" });
  expect(field).toHaveFocus();
  await user.type(field, "demo-token");
  await save();
  await screen.findByText("Saved");
  expect(fake.state.patches[0]?.body).toEqual({ auth: { token: "demo-token" } });
  expect(screen.queryByDisplayValue("demo-token")).toBeNull();
});

test("Clear sends null, and can be taken back before saving", async () => {
  const { user, fake, save } = await openForm();
  await user.click(screen.getByRole("button", { name: "Clear Token" }));
  expect(screen.getByText("Cleared when you save.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep the stored one: Token" }));
  expect(screen.queryByText("Unsaved changes")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Clear Token" }));
  await save();
  await waitFor(() => expect(fake.state.patches[0]?.body).toEqual({ auth: { token: null } }));
});

test("each authentication type brings the form that its schema describes", async () => {
  const { user, fake, save } = await openForm();
  await user.selectOptions(screen.getByLabelText("Authentication"), "API key");
  expect(screen.queryByRole("group", { name: "Token" })).toBeNull();
  await user.type(screen.getByLabelText("Value", { selector: "input" }), "k-1");
  await user.selectOptions(screen.getByLabelText("Send in"), "Query string");
  await save();
  await waitFor(() =>
    expect(fake.state.patches[0]?.body).toEqual({
      auth: { type: "api_key", name: "X-API-Key", value: "k-1", in: "query" },
    }),
  );
});

test("going back to the stored type brings its form back, with nothing to save", async () => {
  const { user } = await openForm();
  await user.selectOptions(screen.getByLabelText("Authentication"), "None");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
  await user.selectOptions(screen.getByLabelText("Authentication"), "Bearer");
  expect(screen.getByRole("group", { name: "Token" })).toBeVisible();
  expect(screen.queryByText("Unsaved changes")).toBeNull();
});

test("a secret header keeps its mark when others are added, and keeps typing where it was", async () => {
  const { user, fake, save } = await openForm();
  await user.click(screen.getByRole("button", { name: "Add header" }));
  await user.keyboard("X-Team");
  await user.tab();
  await user.keyboard("blue");
  await user.click(screen.getByRole("button", { name: "Locked: header 3" }));
  await save();
  await waitFor(() =>
    expect(fake.state.patches[0]?.body).toEqual({
      headers: [
        { name: "Accept", value: "application/json", locked: false, secret: false },
        { name: "X-Key", value: SET, locked: true, secret: true },
        { name: "X-Team", value: "blue", locked: true, secret: false },
      ],
    }),
  );
});

test("headers pasted as text become rows", async () => {
  const { user } = await openForm(aSource({ headers: [] }));
  await user.click(screen.getByRole("button", { name: "Add header" }));
  await user.paste("Accept: text/csv\nX-Id: 7");
  expect(screen.getByLabelText("Name of header 2")).toHaveValue("X-Id");
  expect(screen.getByLabelText("Value of header 1")).toHaveValue("text/csv");
});

test("errors stand at their fields, and the first one has the focus", async () => {
  const { user, fake, save } = await openForm();
  fake.refuseWith(() =>
    invalid([
      { pointer: "/headers/0/name", code: "invalid_header", detail: "A name holds no spaces." },
      { pointer: "/limits/connect_timeout_s", code: "too_large", detail: "At most 300." },
    ]),
  );
  const name = screen.getByLabelText("Name of header 1");
  await user.type(name, " x");
  await save();
  const summary = await screen.findByText("2 fields need a look");
  await waitFor(() => expect(name).toHaveFocus());
  expect(name).toHaveAccessibleDescription("A name holds no spaces.");
  const alert = summary.closest<HTMLElement>("[role=alert]");
  await user.click(within(alert as HTMLElement).getByRole("button", { name: "At most 300." }));
  const folded = screen.getByLabelText("Connect timeout");
  expect(folded).toHaveFocus();
  expect(folded.closest("details")).toHaveAttribute("open");
});

test("a refusal is gone once its field was put right", async () => {
  const { user, fake, save } = await openForm();
  const detail = "The base URL holds a space: remove it, or write %20.";
  fake.refuseWith(() => invalid([{ pointer: "/base_url", code: "invalid_url", detail }]));
  await user.type(screen.getByLabelText("Base URL"), "a b");
  await save();
  expect((await screen.findAllByText(detail)).length).toBeGreaterThan(0);
  await user.type(screen.getByLabelText("Base URL"), "c");
  expect(screen.queryByText(detail)).toBeNull();
  expect(screen.queryByText("Not saved")).toBeNull();
});

test("an empty base URL is refused in words before anything is sent", async () => {
  const { fake, save } = await openForm(aSource({ base_url: "" }));
  await save();
  const url = screen.getByLabelText("Base URL");
  await waitFor(() => expect(url).toHaveFocus());
  expect(url).toBeInvalid();
  expect(fake.state.patches).toEqual([]);
});

test("a number that is none is refused, not dropped", async () => {
  const { user, fake, save } = await openForm();
  await user.click(screen.getByText("Limits and retries"));
  const field = screen.getByLabelText("Read timeout");
  await user.clear(field);
  await user.type(field, "3o");
  await save();
  await waitFor(() => expect(field).toHaveFocus());
  expect(fake.state.patches).toEqual([]);
});

test("Ctrl+S saves", async () => {
  const { user, fake } = await openForm();
  await user.type(screen.getByLabelText("Base URL"), "x");
  await user.keyboard("{Control>}s{/Control}");
  await screen.findByText("Saved");
  expect(fake.state.patches).toHaveLength(1);
});

test("clicking the name renames at once, and leaves unsaved changes as they are", async () => {
  const { user, fake } = await openForm();
  await user.type(screen.getByLabelText("Base URL"), "x");
  await user.click(screen.getByRole("button", { name: "Rename data source restapi" }));
  await user.keyboard("billing{Enter}");
  const renamed = await screen.findByRole("button", { name: "Rename data source billing" });
  expect(renamed).toHaveFocus();
  expect(fake.state.patches).toEqual([{ body: { name: "billing" }, ifMatch: null }]);
  expect(screen.getByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/x");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
});

test("pressing Save while the name is being typed saves both, one after the other", async () => {
  const { user, fake, save } = await openForm();
  await user.type(screen.getByLabelText("Base URL"), "x");
  await user.click(screen.getByRole("button", { name: "Rename data source restapi" }));
  await user.keyboard("billing");
  await save();
  await screen.findByText("Saved");
  expect(fake.state.patches).toEqual([
    { body: { name: "billing" }, ifMatch: null },
    { body: { base_url: "https://api.example.com/v1/x" }, ifMatch: '"2"' },
  ]);
});

test("a taken name is refused in words beside it; Escape leaves the old one", async () => {
  const { user, fake } = await openForm();
  const words = 'The name "billing" is taken; choose another.';
  fake.refuseWith(() => invalid([{ pointer: "/name", code: "name_taken", detail: words }]));
  await user.click(screen.getByRole("button", { name: "Rename data source restapi" }));
  await user.keyboard("billing{Enter}");
  expect(await screen.findByText(words)).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.getByRole("button", { name: "Rename data source restapi" })).toHaveFocus();
});

test("unsaved changes are guarded on the way to another page", async () => {
  const { user, path } = await openForm();
  await user.type(screen.getByLabelText("Base URL"), "x");
  await user.click(screen.getByRole("link", { name: /^Commonly used/ }));
  const question = await screen.findByRole("dialog", { name: "Leave without saving?" });
  await user.click(within(question).getByText("Stay"));
  expect(path()).toBe("/data-sources/s1");
  await user.click(screen.getByRole("link", { name: /^Commonly used/ }));
  await user.click(await screen.findByText("Leave"));
  await waitFor(() => expect(path()).toBe("/data-sources"));
});

test("changed elsewhere: Keep mine puts my change on the new version", async () => {
  const { user, fake, save } = await openForm();
  await user.type(screen.getByLabelText("Base URL"), "x");
  fake.changeElsewhere({ description: "theirs" });
  let first = true;
  fake.refuseWith(() => {
    if (!first) return undefined;
    first = false;
    return problem(412, "stale", "Changed elsewhere.");
  });
  await save();
  await user.click(await screen.findByRole("button", { name: "Keep mine" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getByLabelText("Description")).toHaveValue("theirs");
  await save();
  await screen.findByText("Saved");
  expect(fake.state.patches[1]).toEqual({
    body: { base_url: "https://api.example.com/v1/x" },
    ifMatch: '"2"',
  });
});

test("a saved certificate shows what it says, not its PEM", async () => {
  const facts = {
    subject: "CN=localhost",
    issuer: "CN=Demo CA",
    san: ["localhost", "127.0.0.1"],
    not_before: "2026-01-01T00:00:00Z",
    not_after: "2036-01-01T00:00:00Z",
    sha256: "ab:cd",
  };
  const { user } = await openForm(
    aSource({
      tls: { ...aSource().tls, mode: "ca_certificate", ca_cert: "PEM" },
      certificates: { ca_cert: [facts] },
    }),
  );
  const card = screen.getByRole("group", { name: "CA Cert" });
  expect(card).toHaveTextContent("Demo CA");
  expect(card).toHaveTextContent("localhost, 127.0.0.1");
  await user.click(screen.getByRole("button", { name: "Replace CA Cert" }));
  expect(screen.getByLabelText("CA Cert", { selector: "textarea" })).toHaveValue("");
});

test("an unverified source says so for as long as it is", async () => {
  await openForm(aSource({ tls: { ...aSource().tls, mode: "insecure" } }));
  expect(screen.getByText("Not verified (insecure)")).toBeVisible();
});
