// People: who may sign in, invitations, one's own password and sessions.
import { queryOptions } from "@tanstack/react-query";
import { forgetWork } from "@/lib/work";
import { call } from "./client";
import { everyItem } from "./everyItem";
import type { Page, Role } from "./types";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: "invited" | "active" | "disabled";
  last_seen_at: string | null;
  created_at: string;
}

/** The link is told this once; null for who was given a password, which this page never does. */
export interface Invitation {
  link: string | null;
  link_expires_at: string | null;
}

export interface SignedInSession {
  id: string;
  created_at: string;
  last_seen_at: string;
  user_agent: string;
  current: boolean;
}

export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => everyItem<Person>("/users", signal),
});

export interface NewPerson {
  email: string;
  name: string;
  role: Role;
}

export async function invite(person: NewPerson): Promise<Person & Invitation> {
  return (await call<Person & Invitation>("POST", "/users", { body: person })).data;
}

/** A new one-time link; links made before end. */
export async function newLink(id: string): Promise<Invitation> {
  return (await call<Invitation>("POST", `${userPath(id)}/link`)).data;
}

export async function changePerson(
  id: string,
  change: { name?: string; role?: Role; disabled?: boolean },
): Promise<Person> {
  return (await call<Person>("PATCH", userPath(id), { body: change })).data;
}

export async function deletePerson(id: string): Promise<void> {
  await call("DELETE", userPath(id));
}

export async function changePassword(current: string, next: string): Promise<void> {
  await call("POST", "/session/password", { body: { current, new: next } });
}

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) =>
    (await call<Page<SignedInSession>>("GET", "/sessions", { signal })).data.items,
});

export async function endSession(id: string): Promise<void> {
  await call("DELETE", `/sessions/${encodeURIComponent(id)}`);
}

/** Ends every session, this one too. */
export async function signOutEverywhere(): Promise<void> {
  await call("DELETE", "/sessions");
  forgetWork();
}

function userPath(id: string): string {
  return `/users/${encodeURIComponent(id)}`;
}
