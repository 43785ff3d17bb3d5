import { expect, test } from "vitest";
import { draftOf, faultsOf, rebased, settle, sourcePatch } from "@/features/sources/sourceDraft";
import { aSource, SET } from "./samples";

const source = aSource();
const draft = draftOf(source);

test("an untouched form sends nothing", () => {
  expect(sourcePatch(source, draft)).toEqual({});
});

test("only the changed field is sent", () => {
  expect(sourcePatch(source, { ...draft, base_url: "https://b.example/" })).toEqual({
    base_url: "https://b.example/",
  });
});

test("a typed token is sent alone, the rest of the authentication is not", () => {
  const typed = { ...draft, auth: { ...draft.auth, token: "new-token" } };
  expect(sourcePatch(source, typed)).toEqual({ auth: { token: "new-token" } });
});

test("a cleared token is sent as null", () => {
  const cleared = { ...draft, auth: { ...draft.auth, token: null } };
  expect(sourcePatch(source, cleared)).toEqual({ auth: { token: null } });
});

test("Replace without typing keeps the stored secret", () => {
  const opened = {
    ...draft,
    auth: { ...draft.auth, token: "" },
    headers: draft.headers.map((row) => (row.secret ? { ...row, value: "" } : row)),
  };
  expect(sourcePatch(source, opened)).toEqual({});
});

test("another authentication type is sent whole, with nothing of the old one", () => {
  const basic = { ...draft, auth: { type: "basic", username: "ada", password: "pw" } };
  expect(sourcePatch(source, basic)).toEqual({
    auth: { type: "basic", username: "ada", password: "pw" },
  });
});

test("secret header rows go back as their mark when another row changes", () => {
  const headers = [...draft.headers, { name: "X-New", value: "1", locked: false, secret: false }];
  expect(sourcePatch(source, { ...draft, headers })).toEqual({ headers });
  expect(headers[1]?.value).toEqual(SET);
});

test("blank rows are not sent and do not count as a change", () => {
  const blank = { name: "", value: "" };
  expect(sourcePatch(source, { ...draft, params: [blank] })).toEqual({});
  expect(settle({ ...draft, params: [blank, { name: "a", value: "" }] }, source).params).toEqual([
    { name: "a", value: "" },
  ]);
});

test("another certificate mode takes along what belongs to it, and no more", () => {
  const stored = aSource({
    tls: {
      ...source.tls,
      mode: "client_certificate",
      ca_cert: "CA",
      client_cert: "C",
      client_key: SET,
    },
  });
  const tls = { ...stored.tls, mode: "ca_certificate" as const };
  expect(sourcePatch(stored, { ...draftOf(stored), tls })).toEqual({
    tls: { mode: "ca_certificate", ca_cert: "CA", include_system: false, min_version: "1.2" },
  });
});

test("within one certificate mode only the changed field is sent", () => {
  const stored = aSource({ tls: { ...source.tls, mode: "ca_certificate", ca_cert: "old" } });
  const tls = { ...stored.tls, ca_cert: "new" };
  expect(sourcePatch(stored, { ...draftOf(stored), tls })).toEqual({ tls: { ca_cert: "new" } });
});

test("what was typed for another certificate mode is neither sent nor unsaved", () => {
  const tls = { ...draft.tls, ca_cert: "typed for CA Certificate", client_key: "KEY" };
  expect(sourcePatch(source, { ...draft, tls })).toEqual({});
});

test("my change on a newer version keeps what others changed", () => {
  const newer = aSource({ base_url: "https://other.example/", description: "theirs" });
  const mine = rebased(newer, { auth: { prefix: "Token" }, description: "mine" });
  expect(mine.base_url).toBe("https://other.example/");
  expect(mine.description).toBe("mine");
  expect(mine.auth).toEqual({ ...source.auth, prefix: "Token" });
  expect(sourcePatch(newer, mine)).toEqual({ description: "mine", auth: { prefix: "Token" } });
});

test("a replaced authentication replaces on a newer version too", () => {
  expect(rebased(source, { auth: { type: "none" } }).auth).toEqual({ type: "none" });
});

test("an empty base URL and numbers that are none are told before anything is sent", () => {
  const limits = { ...draft.limits, read_timeout_s: Number.NaN };
  const faults = faultsOf({ ...draft, base_url: "", limits });
  expect(faults.map(({ pointer }) => pointer)).toEqual(["/base_url", "/limits/read_timeout_s"]);
});
