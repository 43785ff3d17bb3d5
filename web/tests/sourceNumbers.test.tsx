// Numbers in a source's rows: what Save sends back has the digits that were stored.
import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { openPage } from "./app";
import { fakeSources } from "./fakeSources";
import { aSource } from "./samples";
import { server } from "./server";

test("saving another header keeps a long number and a zero at the end as they were", async () => {
  const headers = ["A", "B"].map((name) => ({ name, value: name, locked: false, secret: false }));
  const text = JSON.stringify(aSource({ headers }))
    .replace('"value":"A"', '"value":12345678901234567890.12')
    .replace('"value":"B"', '"value":1.10');
  const sent: string[] = [];
  const answer = () =>
    new HttpResponse(text, { headers: { "Content-Type": "application/json", ETag: '"1"' } });
  fakeSources();
  server.use(
    http.get("/api/v1/data-sources/:id", answer),
    http.patch("/api/v1/data-sources/:id", async ({ request }) => {
      sent.push(await request.text());
      return answer();
    }),
  );
  const { user } = openPage("/data-sources/s1");
  expect(await screen.findByLabelText("Value of header 1")).toHaveValue("12345678901234567890.12");
  await user.type(screen.getByLabelText("Name of header 2"), "2");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved");
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain('"value":12345678901234567890.12');
  expect(sent[0]).toContain('"value":1.10');
});
