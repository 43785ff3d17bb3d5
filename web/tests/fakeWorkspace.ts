// A fake server of what the pages of secrets, callers, audit and settings ask for.
import { HttpResponse, http } from "msw";
import type { Role, User } from "@/api/types";
import { ADA, aSource } from "./samples";
import { server } from "./server";

export const QUERY = { id: "q1", name: "invoices", data_source: "s1", parameters: [] };

/** Signed in as `role`, with two sources and a query. */
export function fakeWorkspace(role: Role = "admin") {
  const user: User = { ...ADA, role };
  const crm = aSource({ id: "s2", name: "crm", base_url: "https://crm.example.com" });
  const sources = [aSource({ name: "billing" }), crm];
  server.use(
    http.get("/api/v1/session", () => HttpResponse.json({ user })),
    http.get("/api/v1/data-sources", () => HttpResponse.json({ items: sources, next: null })),
    http.get("/api/v1/queries", () => HttpResponse.json({ items: [QUERY], next: null })),
  );
}

interface Call {
  method: string;
  path: string;
  body: unknown;
}

/** Lists that calls change, and what was called. `next` gives a call's answer, when it has one. */
export function fakeList<Item extends object>(path: string, items: Item[]) {
  const state = { items, calls: [] as Call[] };
  let answer: (call: Call) => Response | undefined = () => undefined;
  const note = async (request: Request) => {
    const text = await request.text();
    const { pathname } = new URL(request.url);
    const call = {
      method: request.method,
      path: pathname.replace("/api/v1", ""),
      body: text === "" ? undefined : JSON.parse(text),
    };
    state.calls.push(call);
    return answer(call) ?? new HttpResponse(null, { status: 204 });
  };
  server.use(
    http.get(`/api/v1${path}`, () => HttpResponse.json({ items: state.items, next: null })),
    http.post(`/api/v1${path}`, ({ request }) => note(request)),
    http.post(`/api/v1${path}/:id/:act`, ({ request }) => note(request)),
    http.put(`/api/v1${path}/:id`, ({ request }) => note(request)),
    http.patch(`/api/v1${path}/:id`, ({ request }) => note(request)),
    http.delete(`/api/v1${path}/:id`, ({ request }) => note(request)),
  );
  return {
    state,
    answerWith(next: (call: Call) => Response | undefined) {
      answer = next;
    },
  };
}
