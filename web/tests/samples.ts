// What the fake server answers: kinds as the real one describes them, and a source to change.
import type { DataSource, Kinds, Preset, User } from "@/api/types";
import type { Schema } from "@/lib/schemaForm";

export const ADA: User = { id: "u1", email: "ada@example.com", name: "Ada", role: "admin" };

const secret = (title: string): Schema => ({
  anyOf: [{ type: "string", format: "password" }, { type: "null" }],
  default: null,
  title,
});

const tag = (type: string): Schema => ({ const: type, default: type, type: "string" });

export const SCHEMA: Schema = {
  type: "object",
  properties: {
    auth: {
      title: "Authentication",
      discriminator: { propertyName: "type" },
      oneOf: [
        { $ref: "#/$defs/NoneAuth" },
        { $ref: "#/$defs/BasicAuth" },
        { $ref: "#/$defs/BearerAuth" },
        { $ref: "#/$defs/ApiKeyAuth" },
      ],
    },
  },
  $defs: {
    NoneAuth: { title: "None", type: "object", properties: { type: tag("none") } },
    BasicAuth: {
      title: "Basic",
      type: "object",
      properties: {
        type: tag("basic"),
        username: { type: "string", title: "Username", default: "" },
        password: secret("Password"),
      },
    },
    BearerAuth: {
      title: "Bearer",
      description: "A token in the Authorization header.",
      type: "object",
      properties: {
        type: tag("bearer"),
        token: secret("Token"),
        header: { type: "string", title: "Header", default: "Authorization" },
        prefix: { type: "string", title: "Prefix", default: "Bearer" },
        next: {
          anyOf: [{ $ref: "#/$defs/NextBearerAuth" }, { type: "null" }],
          default: null,
          "x-own-control": true,
        },
      },
    },
    NextBearerAuth: { type: "object", properties: { token: secret("Token") } },
    ApiKeyAuth: {
      title: "API key",
      type: "object",
      properties: {
        type: tag("api_key"),
        name: { type: "string", title: "Name", default: "X-API-Key" },
        value: secret("Value"),
        in: {
          title: "Send in",
          type: "string",
          enum: ["header", "query", "cookie"],
          "x-enum-titles": ["Header", "Query string", "Cookie"],
          default: "header",
        },
      },
    },
  },
};

export const GITHUB: Preset = {
  preset: "github",
  kind: "restapi",
  title: "GitHub",
  description: "Repositories and issues.",
  documentation_url: "https://docs.github.com/en/rest",
  credential: {
    help: "A fine-grained personal access token.",
    url: "https://github.com/settings/personal-access-tokens",
  },
  fill: ["/auth/token"],
  base_url_example: null,
  host_suffix: null,
  source: { name: "github", base_url: "https://api.github.com/", auth: { type: "bearer" } },
  query: { name: "github_my_repositories", path: "/user/repos" },
};

export const JIRA: Preset = {
  ...GITHUB,
  preset: "jira",
  title: "Jira",
  description: "Issues and projects.",
  fill: ["/base_url", "/auth/username", "/auth/password"],
  base_url_example: "https://your-site.atlassian.net/rest/api/3/",
  host_suffix: ".atlassian.net",
  source: { name: "jira", auth: { type: "basic" } },
  query: { name: "jira_projects", path: "/project/search" },
};

export const KINDS: Kinds = {
  categories: [{ id: "api", title: "API" }],
  items: [
    {
      kind: "restapi",
      title: "REST API",
      category: "api",
      description: "Any HTTP API.",
      defaults: {},
      schema: SCHEMA,
    },
  ],
  presets: [GITHUB, JIRA],
};

export const SET = { set: true, updated_at: "2026-11-21T10:00:00Z" };

export function aSource(change: Partial<DataSource> = {}): DataSource {
  return {
    id: "s1",
    kind: "restapi",
    name: "restapi",
    description: "",
    base_url: "https://api.example.com/v1/",
    headers: [
      { name: "Accept", value: "application/json", locked: false, secret: false },
      { name: "X-Key", value: SET, locked: true, secret: true },
    ],
    params: [],
    cookies: [],
    auth: { type: "bearer", token: SET, header: "Authorization", prefix: "Bearer" },
    tls: {
      mode: "none",
      ca_cert: null,
      include_system: false,
      client_cert: null,
      client_key: null,
      client_key_password: null,
      client_pkcs12: null,
      server_name: null,
      min_version: "1.2",
    },
    network: { allowed_origins: [], proxy_url: null },
    limits: {
      connect_timeout_s: 10,
      read_timeout_s: 30,
      total_timeout_s: 60,
      max_response_bytes: 33_554_432,
      max_redirects: 5,
    },
    retry: {
      max_attempts: 3,
      methods: ["GET", "HEAD"],
      statuses: [429, 503],
      respect_retry_after: true,
    },
    created_at: "2026-11-20T10:00:00Z",
    updated_at: "2026-11-21T10:00:00Z",
    ...change,
  };
}
