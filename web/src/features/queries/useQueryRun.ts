// Running and previewing what is on the screen: values checked first, refusals led to their fields.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  type ParameterInput,
  previewSaved,
  previewUnsaved,
  runSaved,
  runUnsaved,
} from "@/api/queries";
import type { DataSource } from "@/api/types";
import { ApiProblem } from "@/lib/problem";
import { requestOf } from "./draft";
import { type Faults, faultsOf } from "./faults";
import {
  checkedInput,
  storedTexts,
  storeTexts,
  type ValueTexts,
  valuePointer,
} from "./parameterInput";
import { useRun } from "./runStore";
import type { QueryForm } from "./useQueryForm";

export function useQueryRun(form: QueryForm, source: DataSource, goTo: (faults: Faults) => void) {
  const queries = useQueryClient();
  const { query, draft, faults, unsaved } = form;
  const [values, setValues] = useState<ValueTexts>(() => storedTexts(query.id));
  const run = useRun(query.id, () => void queries.invalidateQueries({ queryKey: ["runs"] }));

  const show = (found: Faults) => {
    form.setFaults(found);
    goTo(found);
  };
  const refused = (error: unknown) => {
    if (error instanceof ApiProblem && error.status === 422) show(faultsOf(error, draft, "run"));
  };

  /** The values, when each is one of its type; else the faults are shown and nothing is sent. */
  const input = (): ParameterInput | null => {
    const { parameters, problems } = checkedInput(draft.parameters, values);
    if (problems.size === 0) {
      form.setFaults(new Map());
      return parameters;
    }
    run.clear();
    show(problems);
    return null;
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
    const request = requestOf(draft);
    run.start(async (signal) => {
      try {
        return await (unsaved
          ? runUnsaved(source.id, request, parameters, signal)
          : runSaved(query.id, parameters, signal));
      } catch (error) {
        refused(error);
        throw error;
      }
    }, previewOf(parameters));
  };

  const look = async () => {
    const parameters = input();
    if (!parameters) return;
    run.clear();
    try {
      run.show({ preview: await previewOf(parameters)() });
    } catch (error) {
      refused(error);
      run.show({ error });
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

  return { run, values, start, look, give, input, previewOf };
}

export type QueryRun = ReturnType<typeof useQueryRun>;
