// Deleting with a way back: the page hides it at once, the server is asked a few seconds later.
//
// A stored secret cannot be made again from what the page knows, so undoing must come before the
// server deletes, not after. Leaving the page or signing out sends what is still waiting.
import { inWords } from "@/lib/problem";
import { send } from "./client";

export const UNDO_MS = 8_000;

export interface Deletion {
  id: string;
  /** "data source github" */
  what: string;
  /** Where it is opened again when the deletion is undone. */
  place: string;
  /** Words of the server's refusal; the thing is still there. */
  refusal: string | null;
}

interface Waiting extends Deletion {
  path: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}

type Listener = () => void;

let waiting: Waiting | null = null;
let shown: Deletion | null = null;
/** Asked of the server, not yet answered: still to be hidden. */
const underWay = new Set<string>();
const listeners = new Set<Listener>();

export function subscribeToDeletion(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The last deletion, while it can be undone or was refused. */
export function lastDeletion(): Deletion | null {
  return shown;
}

export function isDeleted(id: string): boolean {
  return waiting?.id === id || underWay.has(id);
}

/** Hide it now, delete it soon. One at a time can be undone: another one sends the one before. */
export function deleteSoon(path: string, deletion: Omit<Deletion, "refusal">): void {
  void sendDeletion();
  waiting = { ...deletion, path, refusal: null, timer: undefined };
  show(waiting);
  resumeDeletion();
}

/** While someone is about to press Undo, time stands still. */
export function holdDeletion(): void {
  clearTimeout(waiting?.timer);
}

export function resumeDeletion(): void {
  if (!waiting) return;
  clearTimeout(waiting.timer);
  waiting.timer = setTimeout(() => void sendDeletion(), UNDO_MS);
}

export function undoDeletion(): void {
  if (!waiting) return;
  clearTimeout(waiting.timer);
  waiting = null;
  show(null);
}

/** Ask the server for what is still waiting. Also when the page is about to go. */
export async function sendDeletion(): Promise<void> {
  const due = waiting;
  if (!due) return;
  clearTimeout(due.timer);
  waiting = null;
  underWay.add(due.id);
  if (shown === due) show(null);
  try {
    await send("DELETE", due.path, { keepalive: true });
  } catch (error) {
    underWay.delete(due.id);
    show({ ...due, refusal: inWords(error) });
    return;
  }
  underWay.delete(due.id);
}

export function dismissRefusal(): void {
  if (shown?.refusal) show(null);
}

function show(next: Deletion | null): void {
  shown = next;
  for (const listener of listeners) listener();
}
