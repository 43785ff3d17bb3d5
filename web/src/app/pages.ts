// The pages there are, and which roles have a use for them. One that does not exist is not named.
import type { Role } from "@/api/types";
import {
  AuditIcon,
  CallersIcon,
  KeyIcon,
  QueriesIcon,
  RunsIcon,
  SettingsIcon,
  SourcesIcon,
} from "@/ui/icons";

const EVERYONE: readonly Role[] = ["admin", "editor", "runner"];
const EDITORS: readonly Role[] = ["admin", "editor"];
const ADMINS: readonly Role[] = ["admin"];

/** In the navigation. The server decides what a role may do; this only spares vain clicks. */
const PAGES = [
  { to: "/data-sources", label: "Data Sources", Icon: SourcesIcon, roles: EVERYONE },
  { to: "/queries", label: "Queries", Icon: QueriesIcon, roles: EVERYONE },
  { to: "/runs", label: "Runs", Icon: RunsIcon, roles: EVERYONE },
  { to: "/secrets", label: "Secrets & constants", Icon: KeyIcon, roles: EDITORS },
  { to: "/callers", label: "Callers", Icon: CallersIcon, roles: ADMINS },
  { to: "/audit", label: "Audit", Icon: AuditIcon, roles: ADMINS },
  { to: "/settings", label: "Settings", Icon: SettingsIcon, roles: EVERYONE },
] as const;

/** Parts of pages that have an address of their own. */
const PARTS = [
  { to: "/settings/account", label: "My account", roles: EVERYONE },
  { to: "/settings/people", label: "People", roles: ADMINS },
  { to: "/settings/keys", label: "Keys", roles: ADMINS },
] as const;

/** What can be made from anywhere, and where that is done. */
const ADDABLE = [
  { to: "/data-sources", label: "New data source", roles: EDITORS },
  { to: "/secrets?add=true", label: "New secret", roles: ADMINS },
  { to: "/secrets?show=constants&add=true", label: "New constant", roles: EDITORS },
  { to: "/callers/new", label: "New caller token", roles: ADMINS },
  { to: "/settings/people?add=true", label: "Invite a person", roles: ADMINS },
] as const;

export function pagesFor(role: Role) {
  return PAGES.filter(({ roles }) => roles.includes(role));
}

/** Where the palette leads besides sources and queries. */
export function placesFor(role: Role): { to: string; label: string }[] {
  return [...PAGES, ...PARTS].filter(({ roles }) => roles.includes(role));
}

/** What the palette can make besides queries. */
export function addable(role: Role): { to: string; label: string }[] {
  return ADDABLE.filter(({ roles }) => roles.includes(role));
}

/** Whether `pathname` is at `to` or below it. */
export function isAt(pathname: string, to: string): boolean {
  return pathname === to || pathname.startsWith(`${to}/`);
}

/** The page that a role has no use for, when `pathname` is on one. */
export function deniedPage(pathname: string, role: Role): string | undefined {
  return [...PAGES, ...PARTS].find(({ to, roles }) => isAt(pathname, to) && !roles.includes(role))
    ?.label;
}
