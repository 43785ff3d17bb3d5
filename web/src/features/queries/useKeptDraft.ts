// Keeps unsaved changes while they are typed, a moment after each, and at once when the page goes.
import { useEffect, useRef, useState } from "react";
import { dropDraft, type KeptDraft, keepDraft } from "./keptDraft";

const SOON_MS = 250;

/** True while what is unsaved is kept, or will be in a moment; leaving then loses nothing. */
export function useKeptDraft(query: string, unsaved: boolean, now: KeptDraft): boolean {
  const [kept, setKept] = useState(true);
  const latest = useRef({ unsaved, now });
  latest.current = { unsaved, now };
  const pending = useRef<ReturnType<typeof setTimeout> | null>(null);
  const { base, draft } = now;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the work is kept
  useEffect(() => {
    if (!unsaved) {
      dropDraft(query);
      setKept(true);
      return;
    }
    pending.current = setTimeout(() => {
      pending.current = null;
      setKept(keepDraft(query, latest.current.now));
    }, SOON_MS);
    return () => {
      if (pending.current !== null) clearTimeout(pending.current);
    };
  }, [query, unsaved, base, draft]);

  useEffect(() => {
    const flush = () => {
      if (pending.current === null) return;
      clearTimeout(pending.current);
      pending.current = null;
      if (latest.current.unsaved) keepDraft(query, latest.current.now);
    };
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [query]);
  return kept;
}
