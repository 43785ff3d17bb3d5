// The values to run with: kept for this tab of the browser, checked before anything is sent.
import type { ParameterInput } from "@/api/queries";
import { pointer } from "@/lib/pointer";
import { type ParameterDraft, typedValue } from "./parameterDraft";

/** Text by parameter name; a name that is absent is not given, and its default counts. */
export type ValueTexts = ReadonlyMap<string, string>;

export interface CheckedInput {
  parameters: ParameterInput;
  /** Words by JSON Pointer, `/values/<name>`. */
  problems: Map<string, string>;
}

export function valuePointer(name: string): string {
  return pointer("values", name);
}

/** Typed values of what was given; an empty field of any type but string is not given. */
export function checkedInput(definitions: ParameterDraft[], texts: ValueTexts): CheckedInput {
  const given: [string, unknown][] = [];
  const problems = new Map<string, string>();
  for (const { name, type, required, default: preset } of definitions) {
    const text = texts.get(name);
    if (name === "") continue;
    if (text === undefined || (text.trim() === "" && type !== "string")) {
      if (required && preset === "") problems.set(valuePointer(name), "This value is required.");
      continue;
    }
    const typed = typedValue(type, text);
    if ("problem" in typed) problems.set(valuePointer(name), typed.problem);
    else given.push([name, typed.value]);
  }
  return { parameters: Object.fromEntries(given), problems };
}

const storageKey = (query: string) => `sourcekeep.values.${query}`;

export function storedTexts(query: string): ValueTexts {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey(query)) ?? "[]");
    return new Map(Array.isArray(stored) ? stored.filter(isText) : []);
  } catch {
    return new Map();
  }
}

function isText(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((it) => typeof it === "string");
}

/** A full or forbidden storage only means that the values are typed again. */
export function storeTexts(query: string, texts: ValueTexts): void {
  try {
    sessionStorage.setItem(storageKey(query), JSON.stringify([...texts]));
  } catch {
    // Nothing depends on it.
  }
}

const USED = /\{\{[^{}]*?\bparams\.([A-Za-z_]\w*)/g;

/** Parameters that templates name and nobody defined, in order of appearance. */
export function undefinedNames(text: string, definitions: ParameterDraft[]): string[] {
  const defined = new Set(definitions.map(({ name }) => name));
  const used = [...text.matchAll(USED)].map((match) => match[1] ?? "");
  return [...new Set(used)].filter((name) => name !== "" && !defined.has(name));
}
