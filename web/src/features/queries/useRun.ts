// One run at a time: started, timed, cancelled, answered or refused.
import { useCallback, useEffect, useRef, useState } from "react";
import type { RunAnswer } from "@/lib/runAnswer";

export type RunState =
  | { phase: "idle" }
  | { phase: "running"; startedAt: number }
  | { phase: "answered"; answer: RunAnswer }
  | { phase: "cancelled"; afterMs: number }
  | { phase: "refused"; error: unknown };

export interface Runner {
  state: RunState;
  start: (send: (signal: AbortSignal) => Promise<RunAnswer>) => void;
  /** Closes the connection; the server stops the run, since nobody waits for it. */
  cancel: () => void;
  clear: () => void;
}

const IDLE: RunState = { phase: "idle" };

export function useRun(whenDone: () => void): Runner {
  const [state, setState] = useState<RunState>(IDLE);
  const current = useRef<AbortController | null>(null);
  const done = useRef(whenDone);
  useEffect(() => {
    done.current = whenDone;
  });
  useEffect(() => () => current.current?.abort(), []);

  const start = useCallback(async (send: (signal: AbortSignal) => Promise<RunAnswer>) => {
    if (current.current) return;
    const control = new AbortController();
    const startedAt = performance.now();
    current.current = control;
    setState({ phase: "running", startedAt });
    let next: RunState;
    try {
      next = { phase: "answered", answer: await send(control.signal) };
    } catch (error) {
      next = control.signal.aborted
        ? { phase: "cancelled", afterMs: performance.now() - startedAt }
        : { phase: "refused", error };
    }
    current.current = null;
    setState(next);
    done.current();
  }, []);

  const cancel = useCallback(() => current.current?.abort(), []);
  const clear = useCallback(() => setState(IDLE), []);
  return { state, start: (send) => void start(send), cancel, clear };
}
