// A query while it is edited: as fields hold it, and back to what the server takes. Pure.
import type { QueryRequest } from "@/api/queries";
import type { Body, BodyType, Limits, MultipartPart, Pair, Query, Retry } from "@/api/types";
import { stringifyExact } from "@/lib/exactJson";
import { type ParameterDraft, parameterDraft, parameterSpec } from "./parameterDraft";

/** Every type keeps what was typed for it, so that looking at another type loses nothing. */
export interface BodyDraft {
  type: BodyType;
  json: string;
  fields: Pair[];
  parts: MultipartPart[];
  raw: string;
  rawType: string;
  data: string;
  dataType: string;
}

export type LimitName = keyof Limits;

export interface RetryDraft {
  max_attempts: string;
  methods: string;
  statuses: string;
  respect_retry_after: "" | "yes" | "no";
}

/** Settings are text; an empty one leaves the data source's. */
export interface Draft {
  method: string;
  path: string;
  params: Pair[];
  headers: Pair[];
  cookies: Pair[];
  body: BodyDraft;
  parameters: ParameterDraft[];
  limits: Record<LimitName, string>;
  retry: RetryDraft;
  transform: unknown;
}

export const LIMIT_NAMES: LimitName[] = [
  "connect_timeout_s",
  "read_timeout_s",
  "total_timeout_s",
  "max_response_bytes",
  "max_redirects",
];

export function draftOf(query: Query): Draft {
  const { limits = {}, retry = {} } = query;
  return {
    method: query.method,
    path: query.path,
    params: query.params,
    headers: query.headers,
    cookies: query.cookies,
    body: bodyDraft(query.body),
    parameters: query.parameters.map(parameterDraft),
    limits: Object.fromEntries(
      LIMIT_NAMES.map((name) => [name, textOf(limits[name])]),
    ) as Draft["limits"],
    retry: retryDraft(retry),
    transform: query.transform ?? null,
  };
}

/** What the server takes for this draft. Rows that hold nothing are left out. */
export function requestOf(draft: Draft): QueryRequest {
  return {
    method: draft.method.trim(),
    path: draft.path,
    params: draft.params.filter(isFilled),
    headers: draft.headers.filter(isFilled),
    cookies: draft.cookies.filter(isFilled),
    body: bodyOf(draft.body),
    parameters: draft.parameters.filter(isNamed).map(parameterSpec),
    limits: Object.fromEntries(
      LIMIT_NAMES.flatMap((name) => {
        const text = draft.limits[name].trim();
        return text === "" ? [] : [[name, numberOrText(text)]];
      }),
    ),
    retry: retryOf(draft.retry),
    transform: draft.transform,
  };
}

export function isFilled(row: Pair): boolean {
  return row.name !== "" || (row.value !== "" && row.value !== null);
}

export function isFilledPart(part: MultipartPart): boolean {
  return part.name !== "" || Boolean(part.value) || typeof part.data_base64 === "string";
}

/** A parameter counts once something of it was typed. */
export function isNamed(parameter: ParameterDraft): boolean {
  return parameter.name !== "" || parameter.default !== "" || parameter.description !== "";
}

const EMPTY_BODY: BodyDraft = {
  type: "none",
  json: "",
  fields: [],
  parts: [],
  raw: "",
  rawType: "text/plain; charset=utf-8",
  data: "",
  dataType: "application/octet-stream",
};

function bodyDraft(body: Body): BodyDraft {
  const draft = { ...EMPTY_BODY, type: body.type };
  switch (body.type) {
    case "json":
      return { ...draft, json: jsonText(body.content) };
    case "form":
      return { ...draft, fields: body.fields };
    case "multipart":
      return { ...draft, parts: body.parts };
    case "raw":
      return { ...draft, raw: body.content, rawType: body.content_type };
    case "binary":
      return { ...draft, data: body.data_base64, dataType: body.content_type };
    default:
      return draft;
  }
}

/** Text is the author's own and stays; a value made by a program is written out. */
function jsonText(content: unknown): string {
  return typeof content === "string" ? content : stringifyExact(content, 2);
}

function bodyOf(draft: BodyDraft): Body {
  switch (draft.type) {
    case "json":
      return { type: "json", content: draft.json };
    case "form":
      return { type: "form", fields: draft.fields.filter(isFilled) };
    case "multipart":
      return { type: "multipart", parts: draft.parts.filter(isFilledPart) };
    case "raw":
      return { type: "raw", content: draft.raw, content_type: draft.rawType.trim() };
    case "binary":
      return { type: "binary", data_base64: draft.data, content_type: draft.dataType.trim() };
    default:
      return { type: "none" };
  }
}

function retryDraft(retry: Query["retry"]): RetryDraft {
  const respect = retry.respect_retry_after;
  return {
    max_attempts: textOf(retry.max_attempts),
    methods: retry.methods?.join(", ") ?? "",
    statuses: retry.statuses?.join(", ") ?? "",
    respect_retry_after: respect === true ? "yes" : respect === false ? "no" : "",
  };
}

function retryOf(draft: RetryDraft): Partial<Retry> {
  const retry: Record<string, unknown> = {};
  if (draft.max_attempts.trim()) retry.max_attempts = numberOrText(draft.max_attempts.trim());
  if (draft.methods.trim()) retry.methods = listed(draft.methods).map((m) => m.toUpperCase());
  if (draft.statuses.trim()) retry.statuses = listed(draft.statuses).map(numberOrText);
  if (draft.respect_retry_after) retry.respect_retry_after = draft.respect_retry_after === "yes";
  return retry as Partial<Retry>;
}

function listed(text: string): string[] {
  return text.split(/[\s,]+/).filter((item) => item !== "");
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : String(value);
}

/** What is no number goes to the server as typed; it says what is wrong, at the field. */
function numberOrText(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
