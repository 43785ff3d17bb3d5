import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { theme } from "@/app/theme";
import { readRunAnswer } from "@/lib/runAnswer";
import { ResultView } from "@/ui/ResultView";
import { resultText } from "./fakeQueries";

function show(data: string) {
  render(
    <MantineProvider theme={theme} env="test">
      <ResultView answer={readRunAnswer(resultText({}, data))} />
    </MantineProvider>,
  );
  return screen.getByRole("tab", { selected: true }).textContent;
}

test.each([
  ['[{"id": 1}]', "Table"],
  ["[1, 2]", "Table"],
  ['{"items": [{"id": 1}], "next": null}', "Table"],
  ['{"id": 1, "tags": ["new", "paid"]}', "JSON"],
  ['{"id": 1}', "JSON"],
])("of %s one looks at the %s first", (data, part) => {
  expect(show(data)).toBe(part);
});
