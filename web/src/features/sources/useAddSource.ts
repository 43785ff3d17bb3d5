// Adds a source of a kind, or one of a preset with its first query, and opens its form.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createQuery } from "@/api/queries";
import { createSource } from "@/api/sources";
import type { DataSource, Preset } from "@/api/types";
import { beginFirstSteps } from "@/lib/firstSteps";
import { ApiProblem } from "@/lib/problem";

export type Choice = { kind: string } | Preset;

export function useAddSource() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (choice: Choice) =>
      "preset" in choice ? addPreset(choice) : createSource({ kind: choice.kind }),
    onSuccess: (source) => {
      void queries.invalidateQueries({ queryKey: ["sources"] });
      void queries.invalidateQueries({ queryKey: ["queries"], exact: true });
      return navigate({ to: "/data-sources/$id", params: { id: source.id } });
    },
  });
}

async function addPreset({ preset, kind, source, query }: Preset): Promise<DataSource> {
  const made = await underFreeName(source.name, (name) => createSource({ ...source, kind, name }));
  const first = await underFreeName(query.name, (name) =>
    createQuery({ ...query, name, data_source: made.id }),
  ).catch((error: unknown) => {
    // The source stands and is worth opening; its query can be made by hand.
    if (error instanceof ApiProblem) return null;
    throw error;
  });
  beginFirstSteps(made.id, { preset, query: first?.id ?? null });
  return made;
}

const MOST_TRIES = 50;

/** `github`, else `github_2`, `github_3`, … as the server itself names what has no name. */
async function underFreeName<Made>(
  name: string,
  make: (name: string) => Promise<Made>,
): Promise<Made> {
  for (let number = 1; ; number += 1) {
    try {
      return await make(number === 1 ? name : `${name}_${number}`);
    } catch (error) {
      const taken =
        error instanceof ApiProblem && error.errors.some(({ code }) => code === "name_taken");
      if (!taken || number === MOST_TRIES) throw error;
    }
  }
}
