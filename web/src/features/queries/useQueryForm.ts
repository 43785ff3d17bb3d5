// The state of one query's form: what the server has, what is on screen, saving and its refusals.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Answer } from "@/api/client";
import { patchQuery, queryQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { deepEqual, diff } from "@/lib/mergePatch";
import { ApiProblem } from "@/lib/problem";
import { type Draft, draftOf, requestOf } from "./draft";
import { type Faults, faultsAfter, faultsOf, NO_FAULTS } from "./faults";
import { keptDraft } from "./keptDraft";
import { useKeptDraft } from "./useKeptDraft";

interface State {
  base: Answer<Query>;
  draft: Draft;
  faults: Faults;
}

interface Save {
  sent: Record<string, unknown>;
  /** What was on screen when it was sent. */
  from: Draft;
}

export function useQueryForm(answer: Answer<Query>) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>(() => restored(answer) ?? fresh(answer));
  const { base, draft, faults } = state;
  const id = base.data.id;
  const saved = useMemo(() => requestOf(draftOf(base.data)), [base]);
  const patch = useMemo(() => diff(saved, requestOf(draft)), [saved, draft]);
  const unsaved = Object.keys(patch).length > 0;
  const kept = useKeptDraft(id, unsaved, state);

  /** The version that the next save is based on, and the rename it has to wait for. */
  const version = useRef(base.etag);
  const renaming = useRef<Promise<unknown>>(Promise.resolve());

  // Fetched again: followed as long as nothing here would be lost.
  useEffect(() => {
    if (unsaved || answer.etag === base.etag) return;
    version.current = answer.etag;
    setState(fresh(answer));
  }, [answer, unsaved, base.etag]);

  const accept = (next: Answer<Query>) => {
    version.current = next.etag;
    queries.setQueryData(queryQuery(id).queryKey, next);
    void queries.invalidateQueries({ queryKey: ["queries"], exact: true });
  };

  const saving = useMutation({
    mutationFn: async ({ sent }: Save) => {
      // Clicking Save while the name is being typed renames first; one save must not stale the other.
      await renaming.current;
      return patchQuery(id, sent, version.current);
    },
    onSuccess: (next, { from }) => {
      // What was typed while the save was under way stays, as unsaved.
      setState((now) => ({ base: next, draft: onto(next, from, now.draft), faults: NO_FAULTS }));
      accept(next);
    },
    onError: (error, { from }) => {
      if (!(error instanceof ApiProblem) || error.status !== 422) return;
      setState((now) => ({ ...now, faults: faultsOf(error, from, "save") }));
    },
  });

  /** What was said about the last save no longer holds once something changes or is run. */
  const forget = () => {
    if (saving.isError && !isStale(saving.error)) saving.reset();
  };

  const change = (part: Partial<Draft>) => {
    forget();
    setState((now) => {
      const next = { ...now.draft, ...part };
      return { ...now, draft: next, faults: faultsAfter(now.faults, now.draft, next) };
    });
  };

  const rename = (name: string) => {
    // The name alone, without a version: it does not depend on anything else that changed.
    const renamed = patchQuery(id, { name }, null).then((next) => {
      setState((now) => ({
        ...now,
        base: next,
        draft: onto(next, draftOf(now.base.data), now.draft),
      }));
      accept(next);
    });
    renaming.current = renamed.catch(() => {});
    return renamed;
  };

  /** After 412: the server's version, or mine over it, still to be saved. */
  const takeLatest = async (keepMine: boolean) => {
    const latest = await queries.fetchQuery({ ...queryQuery(id), staleTime: 0 });
    version.current = latest.etag;
    setState((now) =>
      keepMine
        ? { ...now, base: latest, draft: onto(latest, draftOf(now.base.data), now.draft) }
        : fresh(latest),
    );
    saving.reset();
  };

  return {
    query: base.data,
    draft,
    faults,
    unsaved,
    /** What is unsaved survives leaving and a reload. */
    kept,
    change,
    rename,
    takeLatest,
    setFaults: (next: Faults) => {
      forget();
      setState((now) => ({ ...now, faults: next }));
    },
    save: () => {
      if (unsaved && !saving.isPending) saving.mutate({ sent: patch, from: draft });
    },
    isSaving: saving.isPending,
    saved: saving.isSuccess && !unsaved,
    stale: isStale(saving.error),
    failure: isStale(saving.error) ? null : saving.error,
  };
}

export type QueryForm = ReturnType<typeof useQueryForm>;

function isStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

/** What was kept when the query was last open here, over the version that it was based on. */
function restored(answer: Answer<Query>): State | null {
  const kept = keptDraft(answer.data.id);
  if (!kept) return null;
  // A name is saved at once, so it is always the server's.
  const { name } = answer.data;
  const base =
    kept.base.etag === answer.etag ? answer : { ...kept.base, data: { ...kept.base.data, name } };
  return { base, draft: kept.draft, faults: NO_FAULTS };
}

function fresh(answer: Answer<Query>): State {
  return { base: answer, draft: draftOf(answer.data), faults: NO_FAULTS };
}

/** The server's version with the parts that differ from `before`, each as it is on screen. */
function onto(latest: Answer<Query>, before: Draft, now: Draft): Draft {
  const draft = draftOf(latest.data);
  const changed = (Object.keys(draft) as (keyof Draft)[]).filter(
    (part) => !deepEqual(before[part], now[part]),
  );
  return { ...draft, ...Object.fromEntries(changed.map((part) => [part, now[part]])) };
}
