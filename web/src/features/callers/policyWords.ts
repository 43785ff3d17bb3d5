// What a policy says, in words. Pure.
import type { CallerToken, Policy } from "@/api/callers";
import type { Role } from "@/api/types";

export const ROLE_WORDS: Record<Role, string> = {
  runner: "Runs saved queries and sees their results",
  editor: "Also makes and changes data sources and queries; never reads a credential",
  admin: "Everything, people and tokens too",
};

/** Through which of the server's entrances a token comes in (contract 10). */
export const DOORS: { id: string; name: string; note: string }[] = [
  { id: "api", name: "API", note: "HTTP API, command line and library" },
  { id: "gateway", name: "Gateway", note: "requests passed on to the source as they come" },
  { id: "mcp", name: "MCP", note: "tools of an assistant" },
];

type NameOf = (id: string) => string;

/** The limits, one sentence part each; none when the role alone says what the token may do. */
export function limitsOf(policy: Policy, source: NameOf, query: NameOf): string[] {
  const { doors, sources, queries, methods, paths, rate_per_minute: rate } = policy;
  const limits: string[] = [];
  if (sources) limits.push(only("data source", "data sources", sources.map(source)));
  if (queries) limits.push(only("query", "queries", queries.map(query)));
  if (methods) limits.push(only("method", "methods", methods));
  if (paths) limits.push(only("path", "paths", paths));
  if (doors) limits.push(only("door", "doors", doors.map(doorName)));
  if (rate) limits.push(`${rate.toLocaleString("en")} a minute`);
  return limits;
}

const MOST_NAMED = 4;

function only(one: string, many: string, names: string[]): string {
  if (names.length === 0) return `no ${one}`;
  const named = names.slice(0, MOST_NAMED).join(", ");
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.length === 1 ? one : many} ${named}${more}`;
}

export function doorName(id: string): string {
  return DOORS.find((door) => door.id === id)?.name ?? id;
}

/** Why a token does not work any more, if so. */
export function endOf(token: CallerToken, now = Date.now()): "revoked" | "expired" | null {
  if (token.revoked_at) return "revoked";
  const ends = token.expires_at ?? token.policy.expires_at;
  return ends && new Date(ends).getTime() <= now ? "expired" : null;
}
