// Who is signed in, signing in and out, and the first account.
import { queryOptions } from "@tanstack/react-query";
import { ApiProblem } from "@/lib/problem";
import { call } from "./client";
import type { User } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The signed-in user, or null. */
async function readSession(): Promise<User | null> {
  try {
    return (await call<{ user: User | null }>("GET", "/session")).data.user;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(email: string, password: string): Promise<User> {
  return (await call<{ user: User }>("POST", "/session", { body: { email, password } })).data.user;
}

export async function signOut(): Promise<void> {
  await call("DELETE", "/session");
  // What was typed to run queries with is not for the next person.
  sessionStorage.clear();
}

export interface FirstAccount {
  token: string;
  email: string;
  name: string;
  password: string;
}

/** Make the first account with the one-time link's token. */
export async function createFirstAccount(account: FirstAccount): Promise<User> {
  return (await call<{ user: User }>("POST", "/session/first", { body: account })).data.user;
}
