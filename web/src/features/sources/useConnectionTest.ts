// One connection test at a time, of what is on screen; what it found holds until the form changes.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { testSource } from "@/api/connectionTest";
import { sourceQuery } from "@/api/sources";
import { deepEqual } from "@/lib/mergePatch";
import { ApiProblem } from "@/lib/problem";
import { faultsOf, type SourcePatch, settle } from "./sourceDraft";
import type { SourceForm } from "./useSourceForm";

interface Tested {
  tested: SourcePatch;
  /** The version that the changes were laid over. */
  of: string;
}

export function useConnectionTest(form: SourceForm) {
  const queries = useQueryClient();
  const { source, draft, patch } = form;
  const flight = useRef<AbortController | null>(null);
  useEffect(() => () => flight.current?.abort(), []);

  const testing = useMutation({
    mutationFn: ({ tested }: Tested) => {
      flight.current?.abort();
      flight.current = new AbortController();
      return testSource(source.id, tested, flight.current.signal);
    },
    // The list shows how each source fares, the form what its server presented.
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["sources"] });
      void queries.invalidateQueries({ queryKey: sourceQuery(source.id).queryKey });
    },
    onError: (error) => {
      if (error instanceof ApiProblem && error.errors.length > 0) form.refuse(atTheForm(error));
    },
  });

  const start = () => {
    const faults = faultsOf(settle(draft, source));
    if (faults.length > 0) return form.refuse(faults);
    testing.mutate({ tested: patch, of: source.updated_at });
  };
  /** Lay the fix over the form, unsaved, and see whether it helps. */
  const fix = (change: SourcePatch) =>
    testing.mutate({ tested: form.apply(change), of: source.updated_at });

  const { data, variables, error, isPending, isIdle } = testing;
  const refusedAtFields = error instanceof ApiProblem && error.errors.length > 0;
  return {
    start,
    fix,
    close: () => {
      flight.current?.abort();
      testing.reset();
    },
    shown: !isIdle && !refusedAtFields,
    isTesting: isPending,
    result: isPending ? undefined : data,
    /** What is on screen is no longer what was tested. Saving what was changes nothing. */
    outdated:
      data !== undefined &&
      (variables?.of === source.updated_at ? !deepEqual(variables.tested, patch) : form.unsaved),
    error: refusedAtFields ? null : error,
  };
}

export type SourceTest = ReturnType<typeof useConnectionTest>;

/** The test takes the changes as `{"patch": …}`; its faults belong to the fields inside. */
function atTheForm(error: ApiProblem) {
  return error.errors.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/patch(?=\/|$)/, ""),
  }));
}
