import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { invalid, problem } from "./fakeSources";
import { fakeList, fakeWorkspace } from "./fakeWorkspace";
import { SET } from "./samples";

const SECRET = {
  name: "stripe",
  value: SET,
  data_sources: ["s1"],
  where_used: [{ kind: "query", id: "q1", name: "invoices" }],
  updated_at: SET.updated_at,
};
const FREE = { ...SECRET, name: "spare", where_used: [], data_sources: null };
const CONSTANT = { name: "region", value: "eu-1", where_used: [], updated_at: SET.updated_at };

function fake(secrets: object[] = [SECRET, FREE], constants: object[] = [CONSTANT]) {
  return { secrets: fakeList("/secrets", secrets), constants: fakeList("/constants", constants) };
}

test("a secret shows its age, where it is used and where it may go, and never its value", async () => {
  fakeWorkspace();
  fake();
  openPage("/secrets");
  const table = await screen.findByRole("table", { name: "Secrets" });
  const [, row] = within(table).getAllByRole("row");
  expect(row).toHaveTextContent(/stripe/);
  expect(row).toHaveTextContent(/••••••/);
  expect(within(row as HTMLElement).getByRole("link", { name: "invoices" })).toHaveAttribute(
    "href",
    "/queries/q1",
  );
  await waitFor(() => expect(row).toHaveTextContent("billing"));
  expect(screen.getByRole("tab", { name: "Secrets (2)" })).toBeVisible();
});

test("a new secret is not sent before someone says where it may go", async () => {
  fakeWorkspace();
  const { secrets } = fake([]);
  secrets.answerWith(() => HttpResponse.json(SECRET));
  const { user } = openPage("/secrets");
  await user.click(await screen.findByRole("button", { name: "Add a secret" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Name"), "stripe");
  await user.type(within(dialog).getByLabelText("Value"), "sk_live");
  await user.click(within(dialog).getByRole("button", { name: "Add" }));
  expect(await within(dialog).findByText("Choose where it may be sent.")).toBeVisible();
  expect(secrets.state.calls).toEqual([]);

  await user.click(within(dialog).getByLabelText("Only these data sources"));
  await user.click(await within(dialog).findByRole("checkbox", { name: /billing/ }));
  await user.click(within(dialog).getByRole("button", { name: "Add" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(secrets.state.calls).toEqual([
    { method: "PUT", path: "/secrets/stripe", body: { value: "sk_live", data_sources: ["s1"] } },
  ]);
});

test("only the scope of a secret is changed; its value is kept by its mark", async () => {
  fakeWorkspace();
  const { secrets } = fake();
  secrets.answerWith(() => HttpResponse.json(SECRET));
  const { user } = openPage("/secrets");
  await user.click(await screen.findByRole("button", { name: "Change secret stripe" }));
  await user.click(await screen.findByLabelText("Every data source, those to come too"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(secrets.state.calls).toHaveLength(1));
  expect(secrets.state.calls[0]?.body).toEqual({ value: SET, data_sources: null });
});

test("a reference says where the value is kept, and a refused one says why", async () => {
  fakeWorkspace();
  const { secrets } = fake([{ ...FREE, value: { ...SET, from: "env:OLD" } }]);
  secrets.answerWith(() =>
    invalid([{ pointer: "/value", code: "reference_not_allowed", detail: "Not among those." }]),
  );
  const { user } = openPage("/secrets");
  expect(await screen.findByText("env:OLD")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Change secret spare" }));
  const name = await screen.findByLabelText("Name of the variable");
  expect(name).toHaveValue("OLD");
  await user.clear(name);
  await user.type(name, "BILLING{Enter}");
  expect(await screen.findByText("Not among those.")).toBeVisible();
  expect(secrets.state.calls[0]?.body).toEqual({
    value: { from: "env:BILLING" },
    data_sources: null,
  });
});

test("a secret in use says where instead of being deleted", async () => {
  fakeWorkspace();
  const { secrets } = fake();
  const { user } = openPage("/secrets");
  await user.click(await screen.findByRole("button", { name: "Delete secret stripe" }));
  const dialog = await screen.findByRole("dialog", { name: "stripe is in use" });
  expect(within(dialog).getByRole("link", { name: "invoices" })).toBeVisible();
  expect(within(dialog).queryByRole("button", { name: "Delete" })).toBeNull();
  expect(secrets.state.calls).toEqual([]);
});

test("a secret that came into use meanwhile is refused with the names", async () => {
  fakeWorkspace();
  const { secrets } = fake();
  secrets.answerWith(() =>
    problem(409, "in_use", "The secret is in use.", { names: ["invoices", "refunds"] }),
  );
  const { user } = openPage("/secrets");
  await user.click(await screen.findByRole("button", { name: "Delete secret spare" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("In use by: invoices, refunds.");
});

test("constants are shown with their text, and changed", async () => {
  fakeWorkspace("editor");
  const { constants } = fake();
  constants.answerWith(() => HttpResponse.json(CONSTANT));
  const { user } = openPage("/secrets?show=constants");
  expect(await screen.findByText("eu-1")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Change constant region" }));
  const value = await screen.findByLabelText("Value");
  await user.clear(value);
  await user.type(value, "us-2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(constants.state.calls).toEqual([
      { method: "PUT", path: "/constants/region", body: { value: "us-2" } },
    ]),
  );
});

test("a name that is none, or is taken, is refused before anything is sent", async () => {
  fakeWorkspace();
  const { constants } = fake();
  const { user } = openPage("/secrets?show=constants");
  await user.click(await screen.findByRole("button", { name: "Add a constant" }));
  const name = await screen.findByLabelText("Name");
  await user.type(name, "1st{Enter}");
  expect(await screen.findByText("Letters, digits and _, and no digit first.")).toBeVisible();
  await user.clear(name);
  await user.type(name, "region{Enter}");
  expect(await screen.findByText("There is a constant of this name.")).toBeVisible();
  expect(constants.state.calls).toEqual([]);
});

test("an editor sees secrets but no way to change them", async () => {
  fakeWorkspace("editor");
  fake();
  openPage("/secrets");
  expect(await screen.findByRole("table", { name: "Secrets" })).toBeVisible();
  expect(screen.queryByRole("button", { name: /Change|Delete|Add/ })).toBeNull();
});
