// Every address of the page. Feature pages are separate chunks, loaded when first visited.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { arriving } from "@/lib/arriving";
import { Waiting } from "@/ui/Waiting";
import { NotFound } from "./NotFound";
import { PageError } from "./PageError";
import { Root } from "./Root";
import { Shell } from "./Shell";

/** A page in a file of its own. */
function page<Module extends Record<string, unknown>, Name extends keyof Module & string>(
  load: () => Promise<Module>,
  name: Name,
) {
  return lazyRouteComponent<Module, Name>(() => arriving(load), name);
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** `?add=true` opens the form that makes one more. */
const adding = (search: Record<string, unknown>): { add?: true } =>
  search.add === true ? { add: true } : {};

type AuditSearch = Partial<
  Record<"actor" | "target" | "action" | "since" | "until", string | undefined>
>;

const rootRoute = createRootRoute({ component: Root });

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  validateSearch: (search): { token?: string } => ({ token: text(search.token) }),
  component: page(() => import("@/features/session/WelcomePage"), "WelcomePage"),
});

/** Everything that needs a session stands inside the shell. */
const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: "shell", component: Shell });

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/data-sources", replace: true });
  },
});

const sourcesPage = () => import("@/features/sources/SourcesPage");
const sourcesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data-sources",
  validateSearch: (search): { category?: string } => ({ category: text(search.category) }),
  component: page(sourcesPage, "SourcesPage"),
});

const sourceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data-sources/$id",
  component: page(() => import("@/features/sources/SourcePage"), "SourcePage"),
});

const queriesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/queries",
  /** `new` is the id of the source a new query is to be made for. */
  validateSearch: (search): { new?: string } => ({ new: text(search.new) }),
  component: page(() => import("@/features/queries/QueriesPage"), "QueriesPage"),
});

const queryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/queries/$id",
  component: page(() => import("@/features/queries/QueryPage"), "QueryPage"),
});

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/runs",
  validateSearch: (search): { query?: string; source?: string; status?: string } => ({
    query: text(search.query),
    source: text(search.source),
    status: text(search.status),
  }),
  component: page(() => import("@/features/runs/RunsPage"), "RunsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/runs/$id",
  component: page(() => import("@/features/runs/RunPage"), "RunPage"),
});

const secretsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/secrets",
  validateSearch: (search): { show?: "constants"; add?: true } => ({
    ...(search.show === "constants" ? { show: "constants" } : {}),
    ...adding(search),
  }),
  component: page(() => import("@/features/secrets/SecretsPage"), "SecretsPage"),
});

const callersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/callers",
  component: page(() => import("@/features/callers/CallersPage"), "CallersPage"),
});

const newCallerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/callers/new",
  component: page(() => import("@/features/callers/NewCallerPage"), "NewCallerPage"),
});

const callerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/callers/$id",
  component: page(() => import("@/features/callers/CallerPage"), "CallerPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/audit",
  validateSearch: (search): AuditSearch => ({
    actor: text(search.actor),
    target: text(search.target),
    action: text(search.action),
    since: text(search.since),
    until: text(search.until),
  }),
  component: page(() => import("@/features/audit/AuditPage"), "AuditPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: page(() => import("@/features/settings/SettingsFrame"), "SettingsFrame"),
});

const settingsHomeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/account", replace: true });
  },
});

const accountRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/account",
  component: page(() => import("@/features/settings/AccountPage"), "AccountPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/people",
  validateSearch: adding,
  component: page(() => import("@/features/settings/PeoplePage"), "PeoplePage"),
});

const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/keys",
  component: page(() => import("@/features/settings/KeysPage"), "KeysPage"),
});

const routeTree = rootRoute.addChildren([
  welcomeRoute,
  shellRoute.addChildren([
    homeRoute,
    sourcesRoute,
    sourceRoute,
    queriesRoute,
    queryRoute,
    runsRoute,
    runRoute,
    secretsRoute,
    callersRoute,
    newCallerRoute,
    callerRoute,
    auditRoute,
    settingsRoute.addChildren([settingsHomeRoute, accountRoute, peopleRoute, keysRoute]),
  ]),
]);

/** On the browser's addresses, unless a history of another kind is given. */
export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    defaultPendingComponent: Waiting,
    defaultPendingMs: 300,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
