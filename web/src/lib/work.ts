// What a person has under way in this browser: kept over a reload, and gone when they sign out or
// another person signs in. Values are text by name; storage that is full or forbidden keeps nothing.

const PREFIX = "sourcekeep.work.";
const OWNER = "owner";

type Listener = () => void;
const whenChanged = new Set<Listener>();
const whenForgotten = new Set<Listener>();

export function readWork(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** False when it could not be kept. */
export function writeWork(name: string, text: string): boolean {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    return false;
  }
  tell(whenChanged);
  return true;
}

export function removeWork(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    return;
  }
  tell(whenChanged);
}

/** Everything of the person who leaves: kept work, values typed to run with, results in memory. */
export function forgetWork(): void {
  try {
    const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
    for (const name of names) if (name?.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // Storage that is forbidden holds nothing to forget.
  }
  forgetHere();
}

/** What only this tab holds. */
function forgetHere(): void {
  try {
    sessionStorage.clear();
  } catch {
    // As above.
  }
  tell(whenForgotten);
  tell(whenChanged);
}

/** Who is signed in now: the work of anyone else is forgotten. */
export function ownWork(user: string): void {
  const owner = readWork(OWNER);
  if (owner === user) return;
  if (owner !== null) forgetWork();
  writeWork(OWNER, user);
}

/** Calls at each change, also of another tab of the browser. Gives what ends it. */
export function onWorkChange(listener: Listener): () => void {
  const fromElsewhere = (event: StorageEvent) => {
    if (event.key === null || event.key.startsWith(PREFIX)) listener();
  };
  whenChanged.add(listener);
  window.addEventListener("storage", fromElsewhere);
  return () => {
    whenChanged.delete(listener);
    window.removeEventListener("storage", fromElsewhere);
  };
}

/** Calls when another tab of the browser signed somebody in or out. Gives what ends it. */
export function onOwnerChange(listener: Listener): () => void {
  const fromElsewhere = ({ key }: StorageEvent) => {
    if (key !== PREFIX + OWNER) return;
    // What this tab holds in memory belongs to whoever left.
    forgetHere();
    listener();
  };
  window.addEventListener("storage", fromElsewhere);
  return () => window.removeEventListener("storage", fromElsewhere);
}

export function onWorkForgotten(listener: Listener): void {
  whenForgotten.add(listener);
}

function tell(listeners: Set<Listener>): void {
  for (const listener of [...listeners]) listener();
}
