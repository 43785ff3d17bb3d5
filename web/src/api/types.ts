// The shapes of the HTTP API (contract 2 to 6), as the page uses them. Times are RFC 3339 UTC text.

import type { Schema } from "@/lib/schemaForm";

/** A stored secret, as it is read back: only whether it is there and since when. */
export interface SecretMark {
  set: boolean;
  updated_at?: string | null;
  /** Kept elsewhere and read when it is used: `env:NAME` or `file:/run/secrets/x`. */
  from?: string | null;
}

/**
 * A secret field: read as a mark, written as text or (by admins) as where to read it, cleared with
 * null, kept by writing the mark back.
 */
export type Secret = SecretMark | { from: string } | string | null;

export type Role = "admin" | "editor" | "runner";

export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
}

export interface Category {
  id: string;
  title: string;
}

export interface Kind {
  kind: string;
  title: string;
  category: string;
  description: string;
  defaults: Record<string, unknown>;
  schema: Schema;
}

/** What is known of a public API: a source and a first query, ready to be created. */
export interface Preset {
  preset: string;
  kind: string;
  title: string;
  description: string;
  documentation_url: string;
  credential: { help: string; url: string | null } | null;
  /** What a person must enter, in order: JSON Pointers into the source. */
  fill: string[];
  /** Where each customer has an address of their own. */
  base_url_example: string | null;
  host_suffix: string | null;
  source: { name: string; base_url?: string; [field: string]: unknown };
  query: { name: string; [field: string]: unknown };
}

export interface Kinds {
  categories: Category[];
  items: Kind[];
  presets: Preset[];
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** One header, param or cookie. A row marked secret has a secret value; a locked one wins over queries. */
export interface Pair {
  name: string;
  value: Secret | number | boolean;
  locked?: boolean;
  secret?: boolean;
}

export interface Auth {
  type: string;
  [field: string]: unknown;
}

export type TlsMode = "none" | "ca_certificate" | "client_certificate" | "insecure";

export interface CertificateFacts {
  subject: string;
  issuer: string;
  san: string[];
  not_before: string;
  not_after: string;
  sha256: string;
  trusted?: boolean;
}

export interface Tls {
  mode: TlsMode;
  ca_cert: string | null;
  include_system: boolean;
  client_cert: string | null;
  client_key: Secret;
  client_key_password: Secret;
  client_pkcs12?: Secret;
  server_name: string | null;
  min_version: "1.2" | "1.3";
  strict?: boolean;
}

export interface Network {
  allowed_origins: string[];
  proxy_url: string | null;
  proxy_password?: Secret;
}

export interface Limits {
  connect_timeout_s: number;
  read_timeout_s: number;
  total_timeout_s: number;
  max_response_bytes: number;
  max_redirects: number;
}

export interface Retry {
  max_attempts: number;
  methods: string[];
  statuses: number[];
  respect_retry_after: boolean;
}

/** What the last runs and tests of a source say. */
export interface Health {
  state: "ok" | "failing" | "unknown";
  at: string | null;
  /** Why it fails: a code of contract 4. */
  code: string | null;
}

export interface DataSource {
  id: string;
  kind: string;
  name: string;
  description: string;
  base_url: string;
  headers: Pair[];
  params: Pair[];
  cookies: Pair[];
  auth: Auth;
  tls: Tls;
  network: Network;
  limits: Limits;
  retry: Retry;
  /** Read only: what the certificates in `tls` say, and what a person should know about the source. */
  certificates?: Partial<Record<"ca_cert" | "client_cert" | "server", CertificateFacts[]>>;
  warnings?: Warning[];
  health?: Health;
  created_at: string;
  updated_at: string;
}

export type BodyType = "none" | "json" | "form" | "multipart" | "raw" | "binary";

export interface MultipartPart {
  name: string;
  value?: string | number | boolean | null;
  filename?: string | null;
  content_type?: string | null;
  data_base64?: string | null;
}

export type Body =
  | { type: "none" }
  | { type: "json"; content: unknown }
  | { type: "form"; fields: Pair[] }
  | { type: "multipart"; parts: MultipartPart[] }
  | { type: "raw"; content: string; content_type: string }
  | { type: "binary"; data_base64: string; content_type: string };

export type ParameterType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "date"
  | "datetime"
  | "enum"
  | "array"
  | "object";

export interface Parameter {
  name: string;
  type: ParameterType;
  required?: boolean;
  default?: unknown;
  description?: string;
  [limit: string]: unknown;
}

export type Overrides<Shape> = { [Member in keyof Shape]?: Shape[Member] | null };

export interface Query {
  id: string;
  name: string;
  data_source: string;
  method: string;
  path: string;
  params: Pair[];
  headers: Pair[];
  cookies: Pair[];
  body: Body;
  parameters: Parameter[];
  /** null or absent: as the source says. */
  limits: Overrides<Limits>;
  retry: Overrides<Retry>;
  transform: unknown;
  created_at?: string;
  updated_at?: string;
}

export type Stage =
  | "parameters"
  | "compose"
  | "auth"
  | "network"
  | "tls"
  | "exchange"
  | "response"
  | "transform";

export interface ResultError {
  code: string;
  stage: Stage;
  title: string;
  detail: string;
  hint: string | null;
  retryable: boolean;
}

export interface ResultResponse {
  status: number;
  reason: string;
  http_version: string;
  headers: [string, string][];
  content_type: string | null;
  size_bytes: number;
  truncated: boolean;
}

export interface Timings {
  queue: number | null;
  dns: number | null;
  connect: number | null;
  tls: number | null;
  send: number | null;
  wait: number | null;
  read: number | null;
  total: number | null;
}

export interface Attempt {
  status: number | null;
  error: string | null;
  waited_ms: number;
  duration_ms: number;
}

export interface Warning {
  code: string;
  detail: string;
}

export interface Result {
  run: string;
  status: "ok" | "failed" | "cancelled";
  data: unknown;
  data_encoding: "json" | "text" | "base64" | null;
  error: ResultError | null;
  request: { method: string; url: string; headers: [string, string][] };
  response: ResultResponse | null;
  timings_ms: Timings;
  attempts: Attempt[];
  warnings: Warning[];
}
