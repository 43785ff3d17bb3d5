import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import type { ConnectionTest, StageName } from "@/api/connectionTest";
import { openPage } from "./app";
import { fakeSources, invalid } from "./fakeSources";
import { aSource } from "./samples";
import { server } from "./server";

const NAMES: StageName[] = ["dns", "tcp", "tls", "auth", "response"];

const CERTIFICATE = {
  subject: "CN=Acme CA",
  issuer: "CN=Acme CA",
  san: [],
  not_before: "2026-01-01T00:00:00Z",
  not_after: "2036-01-01T00:00:00Z",
  sha256: "AB:CD",
  trusted: false,
};

function works(): ConnectionTest {
  const stages = NAMES.map((stage, at) => ({
    stage,
    ok: true,
    ms: at + 0.5,
    code: null,
    detail: "",
    hint: null,
  }));
  return { ok: true, stages, certificates: [], fixes: [] };
}

function failsAtTls(): ConnectionTest {
  const stages = works().stages.map((stage, at) => ({
    ...stage,
    ok: at < 2 ? true : at === 2 ? false : null,
    ms: at > 2 ? null : stage.ms,
    ...(at === 2 && {
      code: "unknown_ca",
      detail: "The issuer CN=Acme CA is not trusted.",
      hint: "Paste it into CA Cert.",
    }),
  }));
  const patch = { tls: { mode: "ca_certificate", ca_cert: "PEM" } };
  return {
    ok: false,
    stages,
    certificates: [CERTIFICATE],
    fixes: [{ title: "Trust exactly this CA", patch }],
  };
}

async function openForm(answer: (body: Record<string, unknown>) => Response) {
  const fake = fakeSources(aSource());
  const asked: Record<string, unknown>[] = [];
  server.use(
    http.post("/api/v1/data-sources/s1/test", async ({ request }) => {
      asked.push((await request.json()) as Record<string, unknown>);
      return answer(asked.at(-1) ?? {});
    }),
  );
  const page = openPage("/data-sources/s1");
  const url = await screen.findByLabelText("Base URL");
  const test = () => page.user.click(screen.getByRole("button", { name: "Test connection" }));
  return { ...page, fake, asked, url, test };
}

test("five stages with their times, in order", async () => {
  const { test, asked } = await openForm(() => HttpResponse.json(works()));
  await test();
  expect(await screen.findByRole("heading", { name: "The connection works" })).toBeVisible();
  const stages = within(screen.getByRole("list", { name: "Stages" })).getAllByRole("listitem");
  expect(stages.map((stage) => stage.textContent)).toEqual([
    "DNS0.5 ms",
    "TCP1.5 ms",
    "TLS2.5 ms",
    "Auth3.5 ms",
    "Response4.5 ms",
  ]);
  expect(screen.getAllByRole("img", { name: "passed" })).toHaveLength(5);
  expect(asked).toEqual([{}]);
});

test("what is on screen is tested, saved or not", async () => {
  const { user, url, test, asked, fake } = await openForm(() => HttpResponse.json(works()));
  await user.clear(url);
  await user.type(url, "https://other.example.com/");
  await test();
  await screen.findByRole("heading", { name: "The connection works" });
  expect(asked).toEqual([{ patch: { base_url: "https://other.example.com/" } }]);
  expect(fake.state.patches).toEqual([]);
});

test("a failed stage says what is wrong and what to do, with the chain", async () => {
  const { test } = await openForm(() => HttpResponse.json(failsAtTls()));
  await test();
  const strip = await screen.findByRole("region", { name: "The connection fails at TLS" });
  expect(within(strip).getByText("TLS: The issuer CN=Acme CA is not trusted.")).toBeVisible();
  expect(within(strip).getByText("Paste it into CA Cert.")).toBeVisible();
  expect(within(strip).getByText("Not trusted")).toBeVisible();
  expect(within(strip).getAllByRole("img", { name: "not reached" })).toHaveLength(2);
});

test("a fix changes the form, unsaved, and tests again", async () => {
  const { user, test, asked, fake } = await openForm((body) =>
    HttpResponse.json("patch" in body ? works() : failsAtTls()),
  );
  await test();
  await user.click(await screen.findByRole("button", { name: "Trust exactly this CA" }));
  await screen.findByRole("heading", { name: "The connection works" });
  expect(asked.at(-1)).toEqual({
    patch: { tls: expect.objectContaining({ mode: "ca_certificate", ca_cert: "PEM" }) },
  });
  expect(screen.getByLabelText("SSL Certificate")).toHaveValue("ca_certificate");
  expect(screen.getByLabelText("CA Cert")).toHaveValue("PEM");
  expect(screen.getByText("Unsaved changes")).toBeVisible();
  expect(fake.state.patches).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText("Saved");
  expect(fake.state.patches).toHaveLength(1);
  expect(screen.queryByText("You have changed the form since.")).toBeNull();
});

test("once the form has changed, the result says that it is of before", async () => {
  const { user, url, test } = await openForm(() => HttpResponse.json(works()));
  await test();
  await screen.findByRole("heading", { name: "The connection works" });
  await user.type(url, "x");
  expect(screen.getByText("You have changed the form since.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Test again" }));
  await waitFor(() => expect(screen.queryByText("You have changed the form since.")).toBeNull());
});

test("what cannot be tested is said at its field", async () => {
  const { test, url } = await openForm(() =>
    invalid([{ pointer: "/patch/base_url", code: "credential_pinned", detail: "Enter it again." }]),
  );
  await test();
  await waitFor(() => expect(url).toHaveAttribute("aria-invalid", "true"));
  expect(screen.getAllByText("Enter it again.")[0]).toBeVisible();
});

test("without a base URL nothing is sent", async () => {
  const { user, test, url, asked } = await openForm(() => HttpResponse.json(works()));
  await user.clear(url);
  await test();
  expect(url).toHaveAttribute("aria-invalid", "true");
  expect(asked).toEqual([]);
});

test("health and warnings stand beside the name in the sidebar", async () => {
  fakeSources(
    aSource({
      health: { state: "failing", at: "2026-11-24T10:00:00Z", code: "unknown_ca" },
      warnings: [{ code: "plain_http", detail: "The credential goes over plain http." }],
    }),
  );
  openPage("/data-sources");
  expect(await screen.findByRole("img", { name: /Fails \(unknown_ca\)/ })).toBeVisible();
  expect(screen.getByRole("img", { name: /plain http/ })).toBeVisible();
});
