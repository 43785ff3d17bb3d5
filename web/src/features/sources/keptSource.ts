// Unsaved changes of a source over a reload, in this tab only. Whatever may be a credential is left
// out: it never rests in the browser, and is entered again.
import type { Answer } from "@/api/client";
import type { DataSource, Pair } from "@/api/types";
import { parseExact, stringifyExact } from "@/lib/exactJson";
import { deepEqual, isFields } from "@/lib/mergePatch";
import { storedMark } from "@/lib/secret";
import type { SourcePatch } from "./sourceDraft";

export interface KeptSource {
  /** The version that was changed. */
  etag: string | null;
  patch: SourcePatch;
  /** Something typed was left out. */
  partly: boolean;
}

const LEFT_OUT_OF_TLS = ["client_key", "client_key_password", "client_pkcs12"];

export function keepSource(id: string, etag: string | null, patch: SourcePatch): void {
  const open = withoutSecrets(patch);
  const kept: KeptSource = { etag, patch: open, partly: !deepEqual(open, patch) };
  try {
    if (Object.keys(patch).length === 0) sessionStorage.removeItem(place(id));
    else sessionStorage.setItem(place(id), stringifyExact(kept));
  } catch {
    // A browser that keeps nothing still asks before the page goes.
  }
}

export function dropSource(id: string): void {
  keepSource(id, null, {});
}

/** What was kept of this version; of another one it would undo what was done elsewhere. */
export function keptSource({ data, etag }: Answer<DataSource>): KeptSource | null {
  try {
    const text = sessionStorage.getItem(place(data.id));
    const kept = text === null ? null : (parseExact(text) as KeptSource);
    return kept?.etag === etag && isFields(kept.patch) ? kept : null;
  } catch {
    return null;
  }
}

function place(id: string): string {
  return `sourcekeep.source.${id}`;
}

function withoutSecrets({ auth, tls, network, ...rest }: SourcePatch): SourcePatch {
  const open: SourcePatch = { ...rest };
  for (const list of ["headers", "cookies"]) {
    const rows = rest[list];
    if (Array.isArray(rows)) open[list] = rows.map((row: Pair) => openRow(row, list));
  }
  if (isFields(auth) && "type" in auth) open.auth = { type: auth.type };
  const openTls = isFields(tls) ? without(tls, LEFT_OUT_OF_TLS) : {};
  if (Object.keys(openTls).length > 0) open.tls = openTls;
  // A proxy's address may hold its password.
  if (isFields(network) && "allowed_origins" in network) {
    open.network = { allowed_origins: network.allowed_origins };
  }
  return open;
}

function openRow(row: Pair, list: string): Pair {
  const closed = row.secret || list === "cookies";
  return closed && !storedMark(row.value) ? { ...row, value: "" } : row;
}

function without(fields: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
