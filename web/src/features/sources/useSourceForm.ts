// The state of one source's form: what the server has, what is on screen, and the way between them.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Answer } from "@/api/client";
import { patchSource, sourceQuery } from "@/api/sources";
import type { DataSource } from "@/api/types";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, type FieldError } from "@/lib/problem";
import { dropSource, keepSource, keptSource } from "./keptSource";
import {
  draftOf,
  faultsOf,
  rebased,
  type SourceDraft,
  type SourcePatch,
  settle,
  sourcePatch,
} from "./sourceDraft";

interface State {
  /** The server's source, as last seen by this form, with its version. */
  base: Answer<DataSource>;
  draft: SourceDraft;
}

interface Save {
  sent: SourcePatch;
  from: Answer<DataSource>;
}

export function useSourceForm(answer: Answer<DataSource>) {
  const queries = useQueryClient();
  const [kept] = useState(() => keptSource(answer));
  const [state, setState] = useState<State>(() => ({
    base: answer,
    draft: kept ? rebased(answer.data, kept.patch) : draftOf(answer.data),
  }));
  const [errors, setErrors] = useState<FieldError[]>([]);
  /** Counts refused saves, so that each one moves the focus to the summary. */
  const [refusals, setRefusals] = useState(0);
  const { base, draft } = state;
  const id = base.data.id;
  const patch = useMemo(() => sourcePatch(base.data, draft), [base, draft]);
  const unsaved = Object.keys(patch).length > 0;
  /** The version that the next save is based on, and the rename it has to wait for. */
  const version = useRef(answer.etag);
  const renaming = useRef<Promise<unknown>>(Promise.resolve());

  useEffect(() => keepSource(id, base.etag, patch), [id, base.etag, patch]);
  // Left by choice, not by a reload.
  useEffect(() => () => dropSource(id), [id]);

  // Fetched again (window focus, reconnect): followed as long as nothing here would be lost.
  useEffect(() => {
    if (unsaved || answer.etag === base.etag) return;
    // Replaced in the cache already, not yet here: what is on screen is newer than this answer.
    if (queries.getQueryData(sourceQuery(id).queryKey) !== answer) return;
    version.current = answer.etag;
    setState(fresh(answer));
  }, [answer, unsaved, base.etag, id, queries]);

  const accept = (next: Answer<DataSource>) => {
    version.current = next.etag;
    queries.setQueryData(sourceQuery(id).queryKey, next);
    void queries.invalidateQueries({ queryKey: ["sources"] });
  };

  const refuse = (found: FieldError[]) => {
    setErrors(found);
    setRefusals((count) => count + 1);
  };

  const saving = useMutation({
    mutationFn: async ({ sent }: Save) => {
      // Clicking Save while the name is being typed renames first; one save must not stale the other.
      await renaming.current;
      return patchSource(id, sent, version.current);
    },
    onSuccess: (next, { sent, from }) => {
      // What was typed while the save was under way stays, as unsaved.
      setState((now) => ({ base: next, draft: typedSince(from.data, next.data, now.draft, sent) }));
      setErrors([]);
      accept(next);
    },
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 422) refuse(error.errors);
    },
  });

  const save = () => {
    if (saving.isPending) return;
    const settled = settle(draft, base.data);
    setState({ base, draft: settled });
    const faults = faultsOf(settled);
    if (faults.length > 0) return refuse(faults);
    if (!unsaved) return;
    saving.mutate({ sent: patch, from: base });
  };

  const rename = (name: string) => {
    // The name alone is sent, without a version: it does not depend on anything else that changed.
    const renamed = patchSource(id, { name }, null).then((next) => {
      setState((now) => ({
        base: next,
        draft: rebased(next.data, sourcePatch(now.base.data, now.draft)),
      }));
      accept(next);
    });
    renaming.current = renamed.catch(() => {});
    return renamed;
  };

  /** After 412: take the server's version, with or without what was changed here. */
  const takeLatest = async (keepMine: boolean) => {
    const latest = await queries.fetchQuery({ ...sourceQuery(id), staleTime: 0 });
    version.current = latest.etag;
    setState({
      base: latest,
      draft: keepMine ? rebased(latest.data, patch) : draftOf(latest.data),
    });
    setErrors([]);
    saving.reset();
  };

  /** Lay a merge patch over what is on screen, as if it had been typed. Gives the new changes. */
  const apply = (fix: SourcePatch): SourcePatch => {
    const next = rebased({ ...base.data, ...draft }, fix);
    setState({ base, draft: next });
    return sourcePatch(base.data, next);
  };

  const change = <Key extends keyof SourceDraft>(key: Key, value: SourceDraft[Key]) => {
    setState((now) => ({ ...now, draft: { ...now.draft, [key]: value } }));
    setErrors((now) => now.filter(({ pointer }) => !under(pointer, `/${key}`)));
  };

  const problem = saving.error instanceof ApiProblem ? saving.error : null;
  return {
    source: withLatestFacts(base, answer),
    draft,
    patch,
    change,
    apply,
    refuse,
    unsaved,
    errors,
    errorWords: useMemo(() => fieldErrors(errors), [errors]),
    refusals,
    save,
    rename,
    takeLatest,
    isSaving: saving.isPending,
    saved: saving.isSuccess && !unsaved,
    /** Brought over a reload, but for what may be a credential. */
    restoredPartly: unsaved && kept?.partly === true,
    stale: problem?.status === 412,
    /** A refusal that belongs to no field. */
    failure: errors.length === 0 && !isOfFields(problem) ? saving.error : null,
  };
}

export type SourceForm = ReturnType<typeof useSourceForm>;

/** Said at the fields, or in a dialog of its own; gone once they are put right. */
function isOfFields(problem: ApiProblem | null): boolean {
  return problem !== null && (problem.status === 412 || problem.errors.length > 0);
}

function fresh(answer: Answer<DataSource>): State {
  return { base: answer, draft: draftOf(answer.data) };
}

/** What the server says about the version that the form is of: it is no part of what is edited. */
function withLatestFacts(base: Answer<DataSource>, latest: Answer<DataSource>): DataSource {
  if (latest.etag !== base.etag) return base.data;
  const { certificates, warnings, health } = latest.data;
  return { ...base.data, certificates, warnings, health };
}

function under(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

/** The draft on the saved source: what differs from what was sent, over what came back. */
function typedSince(
  before: DataSource,
  after: DataSource,
  draft: SourceDraft,
  sent: SourcePatch,
): SourceDraft {
  const asSent = { ...before, ...rebased(before, sent) };
  return rebased(after, sourcePatch(asSent, draft));
}
