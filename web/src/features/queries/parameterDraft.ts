// A parameter's definition while it is edited, and the typed values that a run is given. Pure.
import type { Parameter, ParameterType } from "@/api/types";
import { exactNumber, parseExact, stringifyExact } from "@/lib/exactJson";

export const PARAMETER_TYPES: ParameterType[] = [
  "string",
  "integer",
  "number",
  "boolean",
  "date",
  "datetime",
  "enum",
  "array",
  "object",
];

/** How a limit is typed: a number, a pattern, or a piece of JSON. */
export type LimitKind = "number" | "text" | "json" | "values";

export interface LimitField {
  name: string;
  title: string;
  kind: LimitKind;
}

const field = (name: string, title: string, kind: LimitKind): LimitField => ({ name, title, kind });

const NUMBER_LIMITS = [
  field("minimum", "Minimum", "number"),
  field("maximum", "Maximum", "number"),
  field("exclusiveMinimum", "More than", "number"),
  field("exclusiveMaximum", "Less than", "number"),
  field("multipleOf", "Multiple of", "number"),
];

/** The limits that each type can have, in the order they are shown. */
export const LIMITS_OF: Record<ParameterType, LimitField[]> = {
  string: [
    field("minLength", "Shortest", "number"),
    field("maxLength", "Longest", "number"),
    field("pattern", "Pattern (regular expression)", "text"),
  ],
  integer: NUMBER_LIMITS,
  number: NUMBER_LIMITS,
  boolean: [],
  date: [],
  datetime: [],
  enum: [field("enum", "Values, one per line", "values")],
  array: [
    field("minItems", "Fewest items", "number"),
    field("maxItems", "Most items", "number"),
    field("items", "Each item (JSON Schema)", "json"),
  ],
  object: [field("properties", "Properties (JSON Schema)", "json")],
};

const ALL_LIMITS = new Map(
  Object.values(LIMITS_OF)
    .flat()
    .map((limit) => [limit.name, limit]),
);

export interface ParameterDraft {
  name: string;
  type: ParameterType;
  required: boolean;
  description: string;
  /** As typed; empty for none. */
  default: string;
  limits: Record<string, string>;
  /** What this page has no field for; kept as it is. */
  rest: Record<string, unknown>;
}

export const NEW_PARAMETER: ParameterDraft = {
  name: "",
  type: "string",
  required: false,
  description: "",
  default: "",
  limits: {},
  rest: {},
};

export function parameterDraft(parameter: Parameter): ParameterDraft {
  const { name, type, required, description, default: preset, ...others } = parameter;
  const limits: Record<string, string> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(others)) {
    const limit = ALL_LIMITS.get(key);
    if (value === null || value === undefined) continue;
    if (limit) limits[key] = limitText(limit.kind, value);
    else rest[key] = value;
  }
  return {
    name,
    type,
    required: required ?? false,
    description: description ?? "",
    default: preset === null || preset === undefined ? "" : valueText(type, preset),
    limits,
    rest,
  };
}

export function parameterSpec(draft: ParameterDraft): Parameter {
  const spec: Parameter = { name: draft.name.trim(), type: draft.type };
  if (draft.required) spec.required = true;
  if (draft.description) spec.description = draft.description;
  if (draft.default !== "") {
    const typed = typedValue(draft.type, draft.default);
    spec.default = "value" in typed ? typed.value : draft.default;
  }
  for (const { name, kind } of LIMITS_OF[draft.type]) {
    const text = draft.limits[name] ?? "";
    if (text.trim() !== "") spec[name] = limitValue(kind, text);
  }
  return { ...draft.rest, ...spec };
}

export type Typed = { value: unknown } | { problem: string };

const WHOLE = /^-?(0|[1-9]\d*)$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What was typed as a value of the type, digits kept; else what to type instead. */
export function typedValue(type: ParameterType, text: string): Typed {
  const trimmed = text.trim();
  switch (type) {
    case "integer":
      return WHOLE.test(trimmed)
        ? { value: exactNumber(trimmed) }
        : { problem: "Enter a whole number, such as 42." };
    case "number":
      return NUMBER.test(trimmed)
        ? { value: exactNumber(trimmed) }
        : { problem: "Enter a number, such as 12.5." };
    case "boolean":
      if (trimmed !== "true" && trimmed !== "false") return { problem: "Choose true or false." };
      return { value: trimmed === "true" };
    case "date":
      return DATE.test(trimmed)
        ? { value: trimmed }
        : { problem: "Enter a date, such as 2026-11-24." };
    case "datetime":
      return { value: trimmed };
    case "enum":
      return { value: enumValue(trimmed) };
    case "array":
      return jsonValue(trimmed, Array.isArray, "Enter a JSON array, such as [1, 2].");
    case "object":
      return jsonValue(trimmed, isObject, 'Enter a JSON object, such as {"a": 1}.');
    default:
      return { value: text };
  }
}

/** The opposite of `typedValue`: how a field shows a value. */
export function valueText(type: ParameterType, value: unknown): string {
  if (type === "enum") return enumText(value);
  if (typeof value === "string" && type !== "array" && type !== "object") return value;
  return stringifyExact(value);
}

/** The values of an enum, from one a line: JSON where it is a number or a word of JSON, else text. */
export function enumValues(text: string): unknown[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(enumValue);
}

function enumValue(line: string): unknown {
  if (NUMBER.test(line)) return exactNumber(line);
  if (line === "true" || line === "false") return line === "true";
  if (line.length > 1 && line.startsWith('"') && line.endsWith('"')) {
    try {
      return JSON.parse(line);
    } catch {
      return line;
    }
  }
  return line;
}

/** How one value of an enum is written in its line; text that reads as something else is quoted. */
export function enumText(value: unknown): string {
  if (typeof value !== "string") return stringifyExact(value);
  return enumValue(value) === value && value.trim() === value ? value : JSON.stringify(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonValue(text: string, fits: (value: unknown) => boolean, problem: string): Typed {
  try {
    const value = parseExact(text);
    return fits(value) ? { value } : { problem };
  } catch {
    return { problem };
  }
}

function limitText(kind: LimitKind, value: unknown): string {
  if (kind === "values" && Array.isArray(value)) return value.map(enumText).join("\n");
  if (kind === "json") return stringifyExact(value, 2);
  return String(value);
}

/** What does not read as its kind goes to the server as typed; it says what is wrong. */
function limitValue(kind: LimitKind, text: string): unknown {
  if (kind === "values") return enumValues(text);
  if (kind === "text") return text;
  if (kind === "number") return NUMBER.test(text.trim()) ? exactNumber(text.trim()) : text;
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
