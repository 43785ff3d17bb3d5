// A secret as its dialog holds it, what is sent of it, and what can be told to be wrong. Pure.
import type { SecretChange, SecretInput, WorkspaceSecret } from "@/api/templateValues";
import type { FieldError } from "@/lib/problem";

/** Where the value is: stored here, or read at use from where people keep it. */
export type Place = "stored" | "env" | "file";

export interface SecretDraft {
  name: string;
  place: Place;
  /** The text to store; empty while the stored one is kept. */
  text: string;
  /** The variable's name or the file's path. */
  reference: string;
  /** Which sources it may be sent to; null while nobody has said. */
  scope: "every" | "some" | null;
  sources: string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

export const NAME_RULE = "Letters, digits and _, and no digit first.";

export function newSecret(): SecretDraft {
  return { name: "", place: "stored", text: "", reference: "", scope: null, sources: [] };
}

export function draftOf(secret: WorkspaceSecret): SecretDraft {
  const [place, reference] = placeOf(secret.value.from);
  const sources = secret.data_sources;
  return {
    name: secret.name,
    place,
    text: "",
    reference,
    scope: sources ? "some" : "every",
    sources: sources ?? [],
  };
}

export function placeOf(from: string | null | undefined): [Place, string] {
  const [, scheme, rest] = /^(env|file):(.*)$/.exec(from ?? "") ?? [];
  return scheme === "env" || scheme === "file" ? [scheme, rest ?? ""] : ["stored", ""];
}

export function nameFaults(name: string): FieldError[] {
  if (name === "") return [fault("/name", "Give it a name.")];
  return NAME.test(name) ? [] : [fault("/name", NAME_RULE)];
}

/** All but the name. `stored` is the secret that is changed; none when one is made. */
export function faultsOf(draft: SecretDraft, stored: WorkspaceSecret | null): FieldError[] {
  const faults: FieldError[] = [];
  const keeps = stored !== null && placeOf(stored.value.from)[0] === "stored";
  if (draft.place === "stored" && draft.text === "" && !keeps) {
    faults.push(fault("/value", "Enter the value."));
  }
  if (draft.place === "env" && draft.reference === "") {
    faults.push(fault("/value", "Enter the variable's name."));
  }
  if (draft.place === "file" && draft.reference === "") {
    faults.push(fault("/value", "Enter the file's path."));
  }
  if (draft.scope === null) {
    faults.push(fault("/data_sources", "Choose where it may be sent."));
  }
  if (draft.scope === "some" && draft.sources.length === 0) {
    faults.push(fault("/data_sources", "Choose at least one data source."));
  }
  return faults;
}

export function changeOf(draft: SecretDraft, stored: WorkspaceSecret | null): SecretChange {
  return {
    value: inputOf(draft, stored),
    data_sources: draft.scope === "some" ? draft.sources : null,
  };
}

function inputOf({ place, text, reference }: SecretDraft, stored: WorkspaceSecret | null) {
  if (place !== "stored") return { from: `${place}:${reference.trim()}` };
  const kept: SecretInput = stored && text === "" ? stored.value : text;
  return kept;
}

function fault(pointer: string, detail: string): FieldError {
  return { pointer, code: "invalid", detail };
}
