// Someone signed out and the server could not be told yet: the session's cookie is not the page's to
// delete, so the wish is kept in this browser until the server has heard it.

const KEY = "sourcekeep.leaving";

export function isLeaving(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function setLeaving(leaving: boolean): void {
  try {
    if (leaving) localStorage.setItem(KEY, "yes");
    else localStorage.removeItem(KEY);
  } catch {
    // Storage that is forbidden keeps no wish either.
  }
}
