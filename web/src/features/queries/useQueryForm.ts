// The state of one query's form: what the server has, what is on screen, saving and its refusals.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Answer } from "@/api/client";
import { patchQuery, queryQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { deepEqual, diff } from "@/lib/mergePatch";
import { ApiProblem } from "@/lib/problem";
import { type Draft, draftOf, requestOf } from "./draft";
import { type Faults, faultsAfter, faultsOf, NO_FAULTS } from "./faults";

interface State {
  base: Answer<Query>;
  draft: Draft;
  faults: Faults;
}

export function useQueryForm(answer: Answer<Query>) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>(() => fresh(answer));
  const { base, draft, faults } = state;
  const id = base.data.id;
  const saved = useMemo(() => requestOf(draftOf(base.data)), [base]);
  const patch = useMemo(() => diff(saved, requestOf(draft)), [saved, draft]);
  const unsaved = Object.keys(patch).length > 0;

  // Fetched again: followed as long as nothing here would be lost.
  useEffect(() => {
    if (!unsaved && answer.etag !== base.etag) setState(fresh(answer));
  }, [answer, unsaved, base.etag]);

  const accept = (next: Answer<Query>) => {
    queries.setQueryData(queryQuery(id).queryKey, next);
    void queries.invalidateQueries({ queryKey: ["queries"], exact: true });
  };

  const saving = useMutation({
    mutationFn: (sent: Record<string, unknown>) => patchQuery(id, sent, base.etag),
    onSuccess: (next) => {
      // What was typed while the save was under way stays, as unsaved.
      setState((now) => (now.draft === draft ? fresh(next) : { ...now, base: next }));
      accept(next);
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem) || error.status !== 422) return;
      setState((now) => ({ ...now, faults: faultsOf(error, draft, "save") }));
    },
  });

  const change = (part: Partial<Draft>) => {
    setState((now) => {
      const next = { ...now.draft, ...part };
      return { ...now, draft: next, faults: faultsAfter(now.faults, now.draft, next) };
    });
  };

  const rename = async (name: string) => {
    // The name alone, without a version: it does not depend on anything else that changed.
    const next = await patchQuery(id, { name }, null);
    setState((now) => ({ ...now, base: next }));
    accept(next);
  };

  /** After 412: the server's version, or mine over it, still to be saved. */
  const takeLatest = async (keepMine: boolean) => {
    const latest = await queries.fetchQuery({ ...queryQuery(id), staleTime: 0 });
    setState((now) => (keepMine ? rebased(now, latest) : fresh(latest)));
    saving.reset();
  };

  const problem = saving.error instanceof ApiProblem ? saving.error : null;
  return {
    query: base.data,
    draft,
    faults,
    unsaved,
    change,
    rename,
    takeLatest,
    setFaults: (next: Faults) => setState((now) => ({ ...now, faults: next })),
    save: () => {
      if (unsaved && !saving.isPending) saving.mutate(patch);
    },
    isSaving: saving.isPending,
    saved: saving.isSuccess && !unsaved,
    stale: problem?.status === 412,
    failure: problem?.status === 412 ? null : saving.error,
  };
}

export type QueryForm = ReturnType<typeof useQueryForm>;

function fresh(answer: Answer<Query>): State {
  return { base: answer, draft: draftOf(answer.data), faults: NO_FAULTS };
}

/** The latest version with the parts that were changed here, each as it is on screen. */
function rebased(now: State, latest: Answer<Query>): State {
  const before = draftOf(now.base.data);
  const draft = draftOf(latest.data);
  const changed = (Object.keys(draft) as (keyof Draft)[]).filter(
    (part) => !deepEqual(before[part], now.draft[part]),
  );
  const mine = Object.fromEntries(changed.map((part) => [part, now.draft[part]]));
  return { base: latest, draft: { ...draft, ...mine }, faults: NO_FAULTS };
}
