import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources, invalid } from "./fakeSources";
import { ADA, aSource, SET } from "./samples";
import { server } from "./server";

const BEARER = { type: "bearer", header: "Authorization", prefix: "Bearer", next: null };

test("an admin says where a stored token is kept instead; the reference alone is sent", async () => {
  const { state, refuseWith } = fakeSources();
  refuseWith(() =>
    state.patches.length > 1
      ? undefined
      : invalid([{ pointer: "/auth/token", code: "reference", detail: "Not allowed." }]),
  );
  const { user } = openPage("/data-sources/s1");
  await user.click(await screen.findByRole("button", { name: "Replace Token" }));
  await user.click(screen.getByRole("button", { name: "Keep it elsewhere: Token" }));
  expect(screen.getByLabelText("Token")).toHaveFocus();
  expect(screen.queryByText("Unsaved changes")).toBeNull();
  await user.keyboard("env:API_TOKEN");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByLabelText("Token")).toHaveAttribute("aria-invalid"));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(state.patches).toHaveLength(2));
  expect(state.patches[1]?.body).toEqual({ auth: { token: { from: "env:API_TOKEN" } } });
});

test("a secret header's reference is sent with its row", async () => {
  const { state } = fakeSources();
  const { user } = openPage("/data-sources/s1");
  await user.click(await screen.findByRole("button", { name: "Replace Value of header 2" }));
  await user.click(screen.getByRole("button", { name: "Keep it elsewhere: Value of header 2" }));
  await user.keyboard("file:/run/secrets/key");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(state.patches).toHaveLength(1));
  expect(state.patches[0]?.body.headers).toMatchObject([
    { name: "Accept" },
    { name: "X-Key", secret: true, value: { from: "file:/run/secrets/key" } },
  ]);
});

test("a token that is kept elsewhere says where, and can be typed instead", async () => {
  fakeSources(aSource({ auth: { ...BEARER, token: { ...SET, from: "env:API_TOKEN" } } }));
  const { user } = openPage("/data-sources/s1");
  expect(await screen.findByRole("group", { name: "Token" })).toHaveTextContent("env:API_TOKEN");
  await user.click(screen.getByRole("button", { name: "Replace Token" }));
  await user.click(screen.getByRole("button", { name: "Keep it elsewhere: Token" }));
  await user.click(screen.getByRole("button", { name: "Type it instead: Token" }));
  await user.click(screen.getByRole("button", { name: "Keep the stored one: Token" }));
  expect(screen.getByRole("group", { name: "Token" })).toHaveTextContent("env:API_TOKEN");
});

test("an editor is not offered to refer to anything", async () => {
  fakeSources(aSource({ auth: { ...BEARER, token: null } }));
  server.use(
    http.get("/api/v1/session", () => HttpResponse.json({ user: { ...ADA, role: "editor" } })),
  );
  openPage("/data-sources/s1");
  expect(await screen.findByLabelText("Token")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Keep it elsewhere/ })).toBeNull();
});
