// What fields and editors offer while one types.
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { completeJson, completeTemplate } from "@/ui/codeCompletion";
import { wholeOnes } from "@/ui/templateNames";
import { openPage } from "./app";
import { aQuery, fakeQueries } from "./fakeQueries";

function at(text: string): CompletionContext {
  const pos = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", "") });
  return new CompletionContext(state, pos, false);
}
const labels = (text: string) => completeJson(at(text))?.options.map(({ label }) => label) ?? [];

test("JSON offers the names in use where a name is typed, and its words where a value is", () => {
  expect(labels('[{"id": 1, "name": "x"}, {"|')).toEqual(["id", "name"]);
  expect(labels('{"ok": tr|')).toEqual(["true", "false", "null"]);
  expect(labels('{"text": "tr|')).toEqual([]);
});

test("a template is closed with the name that is chosen, unless it is closed already", () => {
  const applied = (text: string) => completeTemplate(at(text), ["params.id"])?.options[0]?.apply;
  expect(applied('"{{ par|')).toBe("params.id }}");
  expect(applied('"{{ par| }}"')).toBe("params.id");
});

test("whole values that begin with what is typed come first, and none once one stands there", () => {
  expect(wholeOnes(["X-Accept", "Accept"], "acc")).toEqual(["Accept", "X-Accept"]);
  expect(wholeOnes(["Accept"], "ACCEPT")).toEqual([]);
});

test("a header's name and value are chosen by the keyboard; what is typed stays unless chosen", async () => {
  fakeQueries(aQuery());
  const { user } = openPage("/queries/q1");
  await screen.findByLabelText("Path", {}, { timeout: 10_000 });
  await user.click(screen.getByRole("tab", { name: /Headers/ }));
  await user.click(screen.getByRole("button", { name: "Add header" }));
  await user.keyboard("conte");
  const list = within(await screen.findByRole("listbox", { name: "Values to choose from" }));
  expect(list.getAllByRole("option")[0]).toHaveTextContent("Content-Disposition");
  await user.keyboard("nt-t{ArrowDown}{Enter}");
  expect(screen.getByLabelText("Name of header 1")).toHaveValue("Content-Type");
  await user.click(screen.getByLabelText("Value of header 1"));
  await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  expect(screen.getByLabelText("Value of header 1")).toHaveValue("application/json");
  await user.clear(screen.getByLabelText("Value of header 1"));
  await user.keyboard("app{Tab}");
  expect(screen.getByLabelText("Value of header 1")).toHaveValue("app");
});
