// One query: its request, and beside or below it what came of running it.
import { Stack } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Answer } from "@/api/client";
import { constantNamesQuery, secretNamesQuery } from "@/api/names";
import type { DataSource, Query } from "@/api/types";
import { useCanEdit } from "@/api/useCanEdit";
import { focusField } from "@/lib/focusField";
import { onRunRequest, takeRunRequest } from "@/lib/runRequest";
import { TemplateNames } from "@/ui/templateNames";
import { usePageTitle } from "@/ui/usePageTitle";
import { useSaveKey } from "@/ui/useSaveKey";
import { useUnsavedGuard } from "@/ui/useUnsavedGuard";
import { type Faults, type TabId, tabOf } from "./faults";
import { openTab } from "./openTabs";
import classes from "./QueryEditor.module.css";
import { QueryHeader } from "./QueryHeader";
import { QueryOutcome } from "./QueryOutcome";
import { RequestLine } from "./RequestLine";
import { RequestTabs } from "./RequestTabs";
import { RunValues } from "./RunValues";
import { useQueryForm } from "./useQueryForm";
import { useQueryRun } from "./useQueryRun";
import { useRunKey } from "./useRunKey";

interface Props {
  answer: Answer<Query>;
  source: DataSource;
}

export type Layout = "below" | "beside";

export function QueryEditor({ answer, source }: Props) {
  const form = useQueryForm(answer);
  const { query, draft, faults, unsaved, change } = form;
  const canEdit = useCanEdit();
  const [tab, setTab] = useState<TabId>("params");
  /** The field to go to; a new one for each refusal. */
  const [goal, setGoal] = useState<{ pointer: string } | null>(null);
  const [layout, setLayout] = useLocalStorage<Layout>({
    key: "sourcekeep.result",
    defaultValue: "below",
    getInitialValueInEffect: false,
  });
  const names = useTemplateNames(draft.parameters, canEdit);

  const goTo = (found: Faults) => {
    const first = [...found.keys()][0];
    if (first === undefined) return;
    const its = tabOf(first);
    if (its) setTab(its);
    setGoal({ pointer: first });
  };
  // Once its tab has been drawn.
  useEffect(() => {
    if (goal) focusField(goal.pointer);
  }, [goal]);
  const { run, values, start, look, give, input, previewOf } = useQueryRun(form, source, goTo);

  const { id, name } = query;
  useEffect(() => openTab({ id, name, method: draft.method }), [id, name, draft.method]);
  const save = () => {
    if (canEdit) form.save();
  };
  useSaveKey(save);
  useRunKey(start);
  useRunRequest(id, start);
  usePageTitle(query.name);
  const guard = useUnsavedGuard(unsaved && !form.kept);

  return (
    <TemplateNames value={names}>
      {guard}
      <div className={classes.editor} data-layout={layout}>
        <Stack gap="md" className={classes.request}>
          <QueryHeader
            form={form}
            source={source}
            canEdit={canEdit}
            copyable={() => {
              const parameters = input();
              return parameters && { parameters, preview: previewOf(parameters) };
            }}
            onSave={save}
            onFaults={goTo}
          />
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
          <RunValues parameters={draft.parameters} values={values} faults={faults} onValue={give} />
          <RequestTabs tab={tab} onTab={setTab} form={form} source={source} canEdit={canEdit} />
        </Stack>
        <QueryOutcome
          id={query.id}
          run={run}
          source={source}
          layout={layout}
          onLayout={setLayout}
          className={classes.result}
        />
      </div>
    </TemplateNames>
  );
}

/** Starts what was asked to run elsewhere in this page, before this editor opened or since. */
function useRunRequest(query: string, start: () => void) {
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    const take = () => {
      if (takeRunRequest(query)) latest.current();
    };
    take();
    return onRunRequest(take);
  }, [query]);
}

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
