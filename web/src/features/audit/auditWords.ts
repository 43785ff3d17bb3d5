// The audit's actions in words, and moments as its filter writes them. Pure.

/** Groups of actions, as the filter offers them; any other one can be asked for by its name. */
export const GROUPS: { value: string; label: string }[] = [
  { value: "query.run", label: "Runs of queries" },
  { value: "source.*", label: "Data sources" },
  { value: "query.*", label: "Queries" },
  { value: "secret.*", label: "Secrets" },
  { value: "constant.*", label: "Constants" },
  { value: "token.*", label: "Caller tokens" },
  { value: "user.*", label: "People" },
  { value: "session.*", label: "Sessions" },
  { value: "key.*", label: "Master keys" },
  { value: "gateway.*", label: "Gateway" },
  { value: "audit.*", label: "The audit itself" },
];

/** From a `datetime-local` field, in the reader's time zone, to the RFC 3339 text of the filter. */
export function momentOf(local: string): string | undefined {
  const moment = new Date(local);
  return local === "" || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** The other way round; empty for none. */
export function localOf(moment: string | undefined): string {
  const at = new Date(moment ?? "");
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** A detail's value as text: plain words as they are, nothing as "none", the rest as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === "") return "none";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    return value.join(", ");
  }
  return JSON.stringify(value);
}
