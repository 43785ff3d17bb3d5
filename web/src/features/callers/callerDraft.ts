// A caller token as its form holds it, what is sent of it, and what can be told to be wrong. Pure.
import type { CallerInput, CallerToken, Policy } from "@/api/callers";
import type { Role } from "@/api/types";
import type { FieldError } from "@/lib/problem";

/** Each limit is null while it is off: then the role alone says what the token may do. */
export interface PolicyDraft {
  doors: string[] | null;
  sources: string[] | null;
  queries: string[] | null;
  methods: string[] | null;
  paths: string[] | null;
  /** Requests a minute; NaN while what stands there is no number. */
  rate: number | null;
  rateOn: boolean;
  /** A moment in the reader's own time zone, as `datetime-local` fields write it. */
  expires: string | null;
}

export interface CallerDraft {
  name: string;
  role: Role;
  policy: PolicyDraft;
}

export interface Named {
  id: string;
  name: string;
}

export function newCaller(): CallerDraft {
  return { name: "", role: "runner", policy: policyDraft({}, [], []) };
}

/** Policies may name sources and queries by name; the form's boxes go by id. */
export function draftOf(token: CallerToken, sources: Named[], queries: Named[]): CallerDraft {
  return {
    name: token.name,
    role: token.role,
    policy: policyDraft(token.policy, sources, queries),
  };
}

function policyDraft(policy: Policy, sources: Named[], queries: Named[]): PolicyDraft {
  return {
    doors: policy.doors ?? null,
    sources: policy.sources ? idsOf(policy.sources, sources) : null,
    queries: policy.queries ? idsOf(policy.queries, queries) : null,
    methods: policy.methods ?? null,
    paths: policy.paths ?? null,
    rate: policy.rate_per_minute ?? null,
    rateOn: typeof policy.rate_per_minute === "number",
    expires: policy.expires_at ? localMoment(policy.expires_at) : null,
  };
}

function idsOf(refs: string[], things: Named[]): string[] {
  const ids = refs.map((ref) => {
    const wanted = ref.toLowerCase();
    return things.find(({ id, name }) => id === ref || name.toLowerCase() === wanted)?.id ?? ref;
  });
  return [...new Set(ids)];
}

export function inputOf({ name, role, policy }: CallerDraft): CallerInput {
  return { name: name.trim(), role, policy: policyOf(policy) };
}

/** Every key is there, null where it does not limit: a change then takes away what was taken away. */
export function policyOf(draft: PolicyDraft): Policy {
  return {
    doors: draft.doors,
    sources: draft.sources,
    queries: draft.queries,
    methods: draft.methods,
    paths: draft.paths,
    rate_per_minute: draft.rateOn ? draft.rate : null,
    expires_at: draft.expires === null ? null : new Date(draft.expires).toISOString(),
  };
}

export function faultsOf({ name, policy }: CallerDraft): FieldError[] {
  const faults = policyFaults(policy);
  return name.trim() === ""
    ? [fault("/name", "Give it a name that says who will use it."), ...faults]
    : faults;
}

export function policyFaults({ paths, rate, rateOn, expires }: PolicyDraft): FieldError[] {
  const faults: FieldError[] = [];
  const odd = paths?.find((path) => !path.startsWith("/"));
  if (odd !== undefined) {
    faults.push(fault("/policy/paths", `A path begins with "/": "${odd}" does not.`));
  }
  if (rateOn && (rate === null || !(rate >= 1))) {
    faults.push(fault("/policy/rate_per_minute", "Enter a whole number, 1 or more."));
  }
  if (expires !== null && Number.isNaN(new Date(expires).getTime())) {
    faults.push(fault("/policy/expires_at", "Choose a day and a time."));
  } else if (expires !== null && new Date(expires).getTime() <= Date.now()) {
    faults.push(fault("/policy/expires_at", "Choose a moment that is still to come."));
  }
  return faults;
}

/** `2026-11-24T10:30` in the reader's time zone, as `datetime-local` fields take it. */
export function localMoment(at: string | number): string {
  const moment = new Date(at);
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function fault(pointer: string, detail: string): FieldError {
  return { pointer, code: "invalid", detail };
}
