import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources } from "./fakeSources";

/** As a reload does: the page is gone without having been left. */
function reloaded(unmount: () => void) {
  const kept = { ...sessionStorage };
  unmount();
  for (const [name, text] of Object.entries(kept)) sessionStorage.setItem(name, text);
  return openPage("/data-sources/s1");
}

test("what was typed into a source survives a reload; a credential is entered again", async () => {
  fakeSources();
  const { user, unmount } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Base URL"), "more/");
  await user.selectOptions(screen.getByLabelText("Authentication"), "API key");
  await user.type(screen.getByLabelText("Value", { selector: "input" }), "k-hunter2");
  expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain("hunter2");

  reloaded(unmount);
  expect(await screen.findByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/more/");
  expect(screen.getByLabelText("Authentication")).toHaveDisplayValue("API key");
  expect(screen.getByLabelText("Value", { selector: "input" })).toHaveValue("");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
  expect(screen.getByText(/no credential: enter it again/)).toBeVisible();
});

test("what was kept of another version, or left by choice, does not come back", async () => {
  const fake = fakeSources();
  const { user, unmount } = openPage("/data-sources/s1");
  await user.type(await screen.findByLabelText("Base URL"), "more/");
  fake.state.version += 1;
  const { unmount: leave, user: again } = reloaded(unmount);
  expect(await screen.findByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/");
  await again.type(screen.getByLabelText("Base URL"), "more/");
  leave();
  expect({ ...sessionStorage }).toEqual({});
  openPage("/data-sources/s1");
  await waitFor(async () =>
    expect(await screen.findByLabelText("Base URL")).toHaveValue("https://api.example.com/v1/"),
  );
});
