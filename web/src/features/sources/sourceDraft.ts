// What the form changes of a source, and what of it is sent. Pure.
//
// The server's rule (contract 2): a patch is a JSON merge patch, but `auth` with another type and
// `tls` with another mode replace the object. So a changed type is sent whole and without anything
// that belongs to the old one; within one type only what changed is sent. A secret that nobody
// touched is its mark on both sides and so never appears in a patch.
import type { Auth, DataSource, Pair, Tls, TlsMode } from "@/api/types";
import { deepEqual, diff, isFields } from "@/lib/mergePatch";
import { pointer } from "@/lib/pointer";
import type { FieldError } from "@/lib/problem";
import { isUntyped, storedMark } from "@/lib/secret";

export type SourceDraft = Pick<
  DataSource,
  | "description"
  | "base_url"
  | "headers"
  | "params"
  | "cookies"
  | "auth"
  | "tls"
  | "network"
  | "limits"
  | "retry"
>;

export type SourcePatch = Record<string, unknown>;

const EMPTY_TLS: Tls = {
  mode: "none",
  ca_cert: null,
  include_system: false,
  client_cert: null,
  client_key: null,
  client_key_password: null,
  client_pkcs12: null,
  server_name: null,
  min_version: "1.2",
  strict: false,
};

/** What belongs to each mode; the rest is left out when the mode changes. */
const CONNECTION = ["server_name", "min_version", "strict"] as const;
const AUTHORITY = ["ca_cert", "include_system"] as const;
const IDENTITY = ["client_cert", "client_key", "client_key_password", "client_pkcs12"] as const;
const TLS_FIELDS: Record<TlsMode, readonly (keyof Tls)[]> = {
  none: CONNECTION,
  ca_certificate: [...AUTHORITY, ...CONNECTION],
  client_certificate: [...AUTHORITY, ...IDENTITY, ...CONNECTION],
  insecure: CONNECTION,
};

export function draftOf(source: DataSource): SourceDraft {
  const { description, base_url, headers, params, cookies, auth, tls, network, limits, retry } =
    source;
  return { description, base_url, headers, params, cookies, auth, tls, network, limits, retry };
}

/** The draft as it is meant: no blank rows, no "Replace" that nothing was typed into. */
export function settle(draft: SourceDraft, source: DataSource): SourceDraft {
  return {
    ...draft,
    base_url: draft.base_url.trim(),
    headers: draft.headers.filter(hasContent).map((row) => settleRow(row, source.headers)),
    params: draft.params.filter(hasContent),
    cookies: draft.cookies.filter(hasContent),
    auth: settleNext(keepUntyped(draft.auth, source.auth), source.auth),
    tls: keepUntyped(draft.tls, source.tls),
    network: keepUntyped(draft.network, source.network),
  };
}

/** What can be told without asking the server: no base URL, and numbers that are none. */
export function faultsOf(draft: SourceDraft): FieldError[] {
  const numbers = brokenNumbers(draft, "").map((at) => fault(at, "Enter a number."));
  const url = "Enter the base URL, for example http://localhost:3001/api/bearer-auth.";
  return draft.base_url === "" ? [fault("/base_url", url), ...numbers] : numbers;
}

function fault(at: string, detail: string): FieldError {
  return { pointer: at, code: "invalid", detail };
}

function brokenNumbers(value: unknown, at: string): string[] {
  if (Number.isNaN(value)) return [at];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => brokenNumbers(each, at + pointer(key)));
}

function hasContent(row: Pair): boolean {
  return row.name.trim() !== "" || (row.value !== "" && row.value !== null);
}

function settleRow(row: Pair, stored: Pair[]): Pair {
  if (!row.secret || !isUntyped(row.value)) return row;
  const name = row.name.toLowerCase();
  const twin = stored.find((other) => other.name.toLowerCase() === name && storedMark(other.value));
  return twin ? { ...row, value: twin.value } : row;
}

function keepUntyped<Shape extends object>(draft: Shape, stored: object): Shape {
  const kept = Object.entries(stored).filter(
    ([field, value]) => storedMark(value) && isUntyped((draft as Record<string, unknown>)[field]),
  );
  return kept.length === 0 ? draft : { ...draft, ...Object.fromEntries(kept) };
}

/** The next credential, likewise; one that nothing was typed into is none. */
function settleNext(auth: Auth, stored: Auth): Auth {
  if (!isFields(auth.next)) return auth;
  const before = isFields(stored.next) ? stored.next : {};
  const next = keepUntyped(auth.next, before);
  const isEmpty = Object.values(next).every((value) => value === "" || value === null);
  if (!isEmpty) return { ...auth, next };
  return { ...auth, next: isFields(stored.next) ? null : stored.next };
}

/** The merge patch that makes the server's source the draft; `{}` when nothing changed. */
export function sourcePatch(source: DataSource, draft: SourceDraft): SourcePatch {
  const { auth, tls, ...rest } = settle(draft, source);
  const { auth: storedAuth, tls: storedTls, ...storedRest } = draftOf(source);
  const patch = diff(storedRest, rest);
  const authPatch = auth.type === storedAuth.type ? diff(storedAuth, auth) : filled(auth);
  // What was typed for another mode stays on screen for the way back; it is no part of this one.
  const ownTls = ofMode(tls);
  const tlsPatch =
    tls.mode === storedTls.mode ? diff(storedTls, { ...storedTls, ...ownTls }) : filled(ownTls);
  if (Object.keys(authPatch).length > 0) patch.auth = authPatch;
  if (Object.keys(tlsPatch).length > 0) patch.tls = tlsPatch;
  return patch;
}

function ofMode(tls: Tls): Partial<Tls> {
  const names = ["mode", ...TLS_FIELDS[tls.mode]] as (keyof Tls)[];
  return Object.fromEntries(names.map((name) => [name, tls[name]]));
}

function filled(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null && field !== undefined),
  );
}

/** A patch put on top of a source that someone else has changed meanwhile. */
export function rebased(source: DataSource, patch: SourcePatch): SourceDraft {
  const { auth, tls, ...rest } = patch;
  const draft = merge(draftOf(source), rest) as SourceDraft;
  return {
    ...draft,
    auth: replaceOrMerge(source.auth, auth, "type", {}) as Auth,
    tls: replaceOrMerge(source.tls, tls, "mode", EMPTY_TLS) as Tls,
  };
}

function replaceOrMerge(value: object, patch: unknown, tag: string, empty: object): object {
  if (!isFields(patch)) return value;
  const before = (value as Record<string, unknown>)[tag];
  const replaced = tag in patch && !deepEqual(patch[tag], before);
  return replaced ? { ...empty, ...patch } : merge(value, patch);
}

function merge(value: object, patch: Record<string, unknown>): object {
  const merged: Record<string, unknown> = { ...value };
  for (const [key, change] of Object.entries(patch)) {
    const was = merged[key];
    merged[key] =
      isFields(was) && isFields(change) && !storedMark(was) ? merge(was, change) : change;
  }
  return merged;
}
