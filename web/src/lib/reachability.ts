// Whether the server answers. The client reports it; the shell shows a notice while it does not.

type Listener = () => void;

let reachable = true;
const listeners = new Set<Listener>();

export function isReachable(): boolean {
  return reachable;
}

export function setReachable(next: boolean): void {
  if (next === reachable) return;
  reachable = next;
  for (const listener of listeners) listener();
}

export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** True once the server serves again. */
export async function probe(): Promise<boolean> {
  try {
    const response = await fetch("/healthz", { cache: "no-store" });
    return response.ok;
  } catch {
    return false;
  }
}

/** Once the server answers; at once when it does. */
export function whenReachable(): Promise<void> {
  return new Promise((resolve) => {
    if (reachable) return resolve();
    const leave = subscribe(() => {
      leave();
      resolve();
    });
  });
}
