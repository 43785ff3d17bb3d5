// One query: its request above, what came of running it below.
import { Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Answer } from "@/api/client";
import { constantNamesQuery, secretNamesQuery } from "@/api/names";
import {
  type ParameterInput,
  previewSaved,
  previewUnsaved,
  runSaved,
  runUnsaved,
} from "@/api/queries";
import { sessionQuery } from "@/api/session";
import type { DataSource, Query } from "@/api/types";
import { takeRunRequest } from "@/lib/firstSteps";
import { focusField } from "@/lib/focusField";
import type { Preview } from "@/lib/preview";
import { ApiProblem } from "@/lib/problem";
import { TemplateNames } from "@/ui/templateNames";
import { usePageTitle } from "@/ui/usePageTitle";
import { useSaveKey } from "@/ui/useSaveKey";
import { useUnsavedGuard } from "@/ui/useUnsavedGuard";
import { requestOf } from "./draft";
import { type Faults, faultsOf, type TabId, tabOf } from "./faults";
import {
  checkedInput,
  storedTexts,
  storeTexts,
  type ValueTexts,
  valuePointer,
} from "./parameterInput";
import { QueryHeader } from "./QueryHeader";
import { QueryOutcome } from "./QueryOutcome";
import { RequestLine } from "./RequestLine";
import { RequestTabs } from "./RequestTabs";
import { useQueryForm } from "./useQueryForm";
import { useRun } from "./useRun";
import { useRunKey } from "./useRunKey";

interface Props {
  answer: Answer<Query>;
  source: DataSource;
}

export function QueryEditor({ answer, source }: Props) {
  const queries = useQueryClient();
  const form = useQueryForm(answer);
  const { query, draft, faults, unsaved, change } = form;
  const { data: user } = useQuery(sessionQuery);
  const canEdit = user?.role !== "runner";
  const [tab, setTab] = useState<TabId>("params");
  const [values, setValues] = useState<ValueTexts>(() => storedTexts(query.id));
  /** The field to go to; a new one for each refusal. */
  const [goal, setGoal] = useState<{ pointer: string } | null>(null);
  const [preview, setPreview] = useState<PreviewState>(null);
  const [lastRun, setLastRun] = useState<() => Promise<Preview>>(() => neverRun);
  const run = useRun(() => void queries.invalidateQueries({ queryKey: ["runs"] }));
  const names = useTemplateNames(draft.parameters, canEdit);

  const goTo = (found: Faults) => {
    const first = [...found.keys()][0];
    if (first === undefined) return;
    const its = tabOf(first);
    if (its) setTab(its);
    setGoal({ pointer: first });
  };
  const show = (found: Faults) => {
    form.setFaults(found);
    goTo(found);
  };
  // Once its tab has been drawn.
  useEffect(() => {
    if (goal) focusField(goal.pointer);
  }, [goal]);

  /** The values, when each is one of its type; else the faults are shown and nothing is sent. */
  const input = (): ParameterInput | null => {
    const { parameters, problems } = checkedInput(draft.parameters, values);
    if (problems.size === 0) return parameters;
    run.clear();
    setPreview(null);
    show(problems);
    return null;
  };

  const refused = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 422) show(faultsOf(error, draft, "run"));
  };

  /** What the server would send for what is on screen now. */
  const previewOf = (parameters: ParameterInput) => {
    const request = requestOf(draft);
    return () =>
      unsaved ? previewUnsaved(source.id, request, parameters) : previewSaved(query.id, parameters);
  };

  const start = () => {
    if (run.state.phase === "running") return;
    const parameters = input();
    if (!parameters) return;
    form.setFaults(new Map());
    setPreview(null);
    const request = requestOf(draft);
    setLastRun(() => previewOf(parameters));
    run.start(async (signal) => {
      try {
        return await (unsaved
          ? runUnsaved(source.id, request, parameters, signal)
          : runSaved(query.id, parameters, signal));
      } catch (error) {
        refused(error);
        throw error;
      }
    });
  };

  // Opened by a button that says Run, elsewhere in this page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the editor opens
  useEffect(() => {
    if (takeRunRequest(query.id)) start();
  }, []);

  const look = async () => {
    const parameters = input();
    if (!parameters) return;
    form.setFaults(new Map());
    run.clear();
    setPreview(null);
    try {
      setPreview({ preview: await previewOf(parameters)() });
    } catch (error) {
      refused(error);
      setPreview({ error });
    }
  };

  const give = (name: string, text: string | undefined) => {
    const next = new Map(values);
    if (text === undefined) next.delete(name);
    else next.set(name, text);
    setValues(next);
    storeTexts(query.id, next);
    if (!faults.has(valuePointer(name))) return;
    form.setFaults(new Map([...faults].filter(([at]) => at !== valuePointer(name))));
  };

  const save = () => {
    if (canEdit) form.save();
  };
  useSaveKey(save);
  useRunKey(start);
  usePageTitle(query.name);
  const guard = useUnsavedGuard(unsaved);

  return (
    <TemplateNames value={names}>
      {guard}
      <Stack gap="md" p="md">
        <QueryHeader form={form} source={source} canEdit={canEdit} onSave={save} onFaults={goTo} />
        <RequestLine
          source={source}
          method={draft.method}
          path={draft.path}
          faults={faults}
          canEdit={canEdit}
          state={run.state}
          onMethod={(method) => change({ method })}
          onPath={(path) => change({ path })}
          onRun={start}
          onCancel={run.cancel}
          onPreview={() => void look()}
        />
        <RequestTabs
          tab={tab}
          onTab={setTab}
          form={form}
          source={source}
          canEdit={canEdit}
          values={values}
          onValue={give}
        />
        <QueryOutcome state={run.state} preview={preview} source={source} whoSet={lastRun} />
      </Stack>
    </TemplateNames>
  );
}

export type PreviewState = { preview: Preview } | { error: unknown } | null;

const neverRun = () => Promise.reject(new Error("Nothing was run yet."));

function useTemplateNames(parameters: { name: string }[], canEdit: boolean): readonly string[] {
  const { data: constants = [] } = useQuery({ ...constantNamesQuery, enabled: canEdit });
  const { data: secrets = [] } = useQuery({ ...secretNamesQuery, enabled: canEdit });
  return useMemo(
    () => [
      ...parameters.filter(({ name }) => name !== "").map(({ name }) => `params.${name}`),
      ...constants.map((name) => `constants.${name}`),
      ...secrets.map((name) => `secrets.${name}`),
    ],
    [parameters, constants, secrets],
  );
}
