import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources } from "./fakeSources";
import { aSource, SET } from "./samples";
import { server } from "./server";

const BEARER = { type: "bearer", token: SET, header: "Authorization", prefix: "Bearer" };

function trials(...codes: (string | null)[]) {
  const items = codes.map((code, position) => ({
    id: `run_${position}`,
    started_at: "2026-11-22T10:00:00Z",
    warnings: code ? [{ code, detail: "" }] : [],
  }));
  server.use(http.get("/api/v1/runs", () => HttpResponse.json({ items, next: null })));
}

test("the next token is set beside the current one, which is not sent", async () => {
  const { state } = fakeSources(aSource({ auth: { ...BEARER, next: null } }));
  trials();
  const { user } = openPage("/data-sources/s1");
  await user.click(await screen.findByRole("button", { name: "Replace with overlap" }));
  expect(screen.getByLabelText("Next token")).toHaveFocus();
  expect(screen.queryByText("Unsaved changes")).toBeNull();
  await user.keyboard("new-token");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(state.patches).toHaveLength(1));
  expect(state.patches[0]?.body).toEqual({ auth: { next: { token: "new-token" } } });
});

test("Cancel takes the next one off the form again, and nothing is unsaved", async () => {
  fakeSources(aSource({ auth: { ...BEARER, next: null } }));
  trials();
  const { user } = openPage("/data-sources/s1");
  await user.click(await screen.findByRole("button", { name: "Replace with overlap" }));
  await user.keyboard("x");
  expect((await screen.findAllByText("Unsaved changes"))[0]).toBeVisible();
  const next = screen.getByRole("group", { name: "Next credential" });
  await user.click(within(next).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByText("Unsaved changes")).toBeNull());
});

test("how the next one did is said, and the old one is retired with one click", async () => {
  const fake = fakeSources(aSource({ auth: { ...BEARER, next: { token: SET } } }));
  trials(null, "credential_next_worked", "credential_next_refused");
  let retired = false;
  server.use(
    http.post("/api/v1/data-sources/s1/credential/retire", () => {
      retired = true;
      fake.changeElsewhere({ auth: { ...BEARER, next: null } });
      return HttpResponse.json(fake.state.source);
    }),
  );
  const { user } = openPage("/data-sources/s1");
  expect(await screen.findByText(/The old one can be retired/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Retire the old one" }));
  await user.click(await screen.findByRole("button", { name: "Retire it" }));
  expect(await screen.findByRole("button", { name: "Replace with overlap" })).toBeVisible();
  expect(retired).toBe(true);
});

test("a refused next one says so; dropping it is part of the next save, and can be taken back", async () => {
  const { state } = fakeSources(aSource({ auth: { ...BEARER, next: { token: SET } } }));
  trials("credential_next_refused");
  const { user } = openPage("/data-sources/s1");
  expect(await screen.findByText(/Check what was entered/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Drop the next one" }));
  await user.click(screen.getByRole("button", { name: "Keep the next credential" }));
  await waitFor(() => expect(screen.queryByText("Unsaved changes")).toBeNull());
  await user.click(screen.getByRole("button", { name: "Drop the next one" }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(state.patches[0]?.body).toEqual({ auth: { next: null } }));
});

test("trials of an earlier next credential do not count", async () => {
  trials("credential_next_worked");
  const later = { set: true, updated_at: "2026-11-23T10:00:00Z" };
  fakeSources(aSource({ auth: { ...BEARER, next: { token: later } } }));
  openPage("/data-sources/s1");
  expect(await screen.findByText("No run has tried it yet.")).toBeVisible();
});

test("without a stored credential there is nothing to replace", async () => {
  fakeSources(aSource({ auth: { ...BEARER, token: null, next: null } }));
  openPage("/data-sources/s1");
  await screen.findByLabelText("Token");
  expect(screen.queryByRole("button", { name: "Replace with overlap" })).toBeNull();
});
