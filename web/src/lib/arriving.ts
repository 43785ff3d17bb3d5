// A part of the page in a file of its own, fetched when first wanted: also while the server is away.
import { probe, setReachable, whenReachable } from "./reachability";

/** Waits for a server that is away, while the page says so. What is gone for good is refused. */
export async function arriving<Part>(fetchPart: () => Promise<Part>): Promise<Part> {
  try {
    return await fetchPart();
  } catch (error) {
    // As after an update of the server: only a reload of the page helps.
    if (await probe()) throw error;
    setReachable(false);
    await whenReachable();
    // A browser may remember that it failed: the caller then does what only a reload can mend.
    return fetchPart();
  }
}
