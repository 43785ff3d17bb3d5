import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, expect, test } from "vitest";
import { dismissRefusal, sendDeletion } from "@/api/deletion";
import { openPage } from "./app";
import { aQuery } from "./fakeQueries";
import { fakeSources, problem } from "./fakeSources";
import { server } from "./server";

/** A server on which `s1` can be deleted, and what it was asked to delete. */
function fakeDeletion(answer: () => Response = () => new HttpResponse(null, { status: 204 })) {
  fakeSources();
  const asked: string[] = [];
  server.use(
    http.delete("/api/v1/data-sources/:id", ({ params }) => {
      asked.push(String(params.id));
      return answer();
    }),
  );
  return asked;
}

async function deleteSource() {
  const page = openPage("/data-sources/s1");
  await screen.findByLabelText("Base URL");
  await page.user.click(screen.getByRole("button", { name: "Delete" }));
  await screen.findByText("Deleted the data source restapi");
  return page;
}

afterEach(async () => {
  await sendDeletion();
  dismissRefusal();
});

test("Delete hides the source, says so, and asks the server only later", async () => {
  const asked = fakeDeletion();
  const { path } = await deleteSource();
  expect(path()).toBe("/data-sources");
  const saved = await screen.findByRole("navigation", { name: "Saved data sources" });
  await within(saved).findByText("None yet.");
  expect(asked).toEqual([]);
  await sendDeletion();
  expect(asked).toEqual(["s1"]);
  await waitFor(() => expect(screen.queryByText("Deleted the data source restapi")).toBeNull());
});

test("Undo brings it back and opens it; the server is never asked", async () => {
  const asked = fakeDeletion();
  const { user, path } = await deleteSource();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(path()).toBe("/data-sources/s1"));
  expect(await screen.findByLabelText("Base URL")).toBeVisible();
  await screen.findByRole("link", { name: /restapi/ });
  await sendDeletion();
  expect(asked).toEqual([]);
});

test("leaving the page sends what is waiting", async () => {
  const asked = fakeDeletion();
  await deleteSource();
  window.dispatchEvent(new Event("pagehide"));
  await waitFor(() => expect(asked).toEqual(["s1"]));
});

test("a refusal is told, and the source is there again", async () => {
  fakeDeletion(() => problem(409, "in_use", "The data source is used by queries."));
  const { user } = await deleteSource();
  await user.click(screen.getByRole("button", { name: "Close this message" }));
  expect(await screen.findByText(/was not deleted: The data source is used/)).toBeVisible();
  expect(await screen.findByRole("link", { name: /restapi/ })).toBeVisible();
});

test("a source that queries use is not deleted, and they are named", async () => {
  const asked = fakeDeletion();
  const query = aQuery({ name: "invoices", data_source: "s1" });
  server.use(http.get("/api/v1/queries", () => HttpResponse.json({ items: [query], next: null })));
  const { user, path } = openPage("/data-sources/s1");
  await screen.findByLabelText("Base URL");
  await user.click(screen.getByRole("button", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog", { name: "restapi is in use" });
  expect(within(dialog).getByRole("link", { name: "invoices" })).toBeVisible();
  expect(path()).toBe("/data-sources/s1");
  expect(asked).toEqual([]);
});

test("unsaved changes of what is deleted are not asked about", async () => {
  fakeDeletion();
  const { user, path } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Base URL"), "x");
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(path()).toBe("/data-sources"));
  expect(screen.queryByText("Leave without saving?")).toBeNull();
});
