// Who is signed in, signing in and out, and one-time links.
import { queryOptions } from "@tanstack/react-query";
import { isLeaving, setLeaving } from "@/lib/leaving";
import { ApiProblem } from "@/lib/problem";
import { forgetWork, ownWork } from "@/lib/work";
import { call } from "./client";
import type { Role, User } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The signed-in user, or null. */
async function readSession(): Promise<User | null> {
  try {
    if (isLeaving()) {
      await endSession();
      return null;
    }
    const { user } = (await call<{ user: User | null }>("GET", "/session")).data;
    if (user) ownWork(user.id);
    return user;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(email: string, password: string): Promise<User> {
  if (isLeaving()) await endSession();
  const answer = await call<{ user: User }>("POST", "/session", { body: { email, password } });
  ownWork(answer.data.user.id);
  return answer.data.user;
}

/** Out in this browser at once; a server that is away hears of it when it is back. */
export async function signOut(): Promise<void> {
  // First, so that another tab which notices does not come back in.
  setLeaving(true);
  // What was typed to run queries with is not for the next person.
  forgetWork();
  try {
    await endSession();
  } catch {
    // Said again before anything else is asked.
  }
}

async function endSession(): Promise<void> {
  try {
    await call("DELETE", "/session");
  } catch (error) {
    // It had ended by itself.
    if (!(error instanceof ApiProblem && error.status === 401)) throw error;
  }
  setLeaving(false);
}

/** What a one-time link is for, and for whom. */
export interface WelcomeLink {
  kind: "first" | "invite" | "reset";
  /** null for the first account, which is for whoever holds the link. */
  email: string | null;
  name: string | null;
  role: Role;
  expires_at: string;
}

export function welcomeQuery(token: string) {
  return queryOptions({
    queryKey: ["welcome", token],
    queryFn: async ({ signal }) =>
      (await call<WelcomeLink>("POST", "/session/link", { body: { token }, signal })).data,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface WelcomeAnswer {
  token: string;
  email: string;
  name: string;
  password: string;
}

/** Answer a one-time link: an account is made or joined, or has a new password, and is signed in. */
export async function answerLink(answer: WelcomeAnswer): Promise<User> {
  if (isLeaving()) await endSession();
  const { user } = (await call<{ user: User }>("POST", "/session/first", { body: answer })).data;
  ownWork(user.id);
  return user;
}
