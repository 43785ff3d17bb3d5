// Which runs to show; kept in the address, so that it can be sent on and gone back to.
import { Group, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { queriesQuery } from "@/api/queries";
import type { RunFilter } from "@/api/runs";
import { sourcesQuery } from "@/api/sources";
import { OUTCOMES } from "./RunMark";

export function RunFilters({ filter }: { filter: RunFilter }) {
  const navigate = useNavigate();
  const { data: sources = [] } = useQuery(sourcesQuery);
  const { data: queries = [] } = useQuery(queriesQuery);
  const its = queries.filter(({ data_source }) => !filter.source || data_source === filter.source);

  const choose = (part: RunFilter) =>
    void navigate({ to: "/runs", search: { ...filter, ...part }, replace: true });

  return (
    <Group gap="sm">
      <NativeSelect
        size="xs"
        flex="1 1 140px"
        maw={190}
        label="Data source"
        value={filter.source ?? ""}
        data={[{ value: "", label: "All" }, ...sources.map(named)]}
        onChange={(event) =>
          choose({ source: event.currentTarget.value || undefined, query: undefined })
        }
      />
      <NativeSelect
        size="xs"
        flex="1 1 140px"
        maw={190}
        label="Query"
        value={filter.query ?? ""}
        data={[{ value: "", label: "All" }, ...withChosen(its.map(named), filter.query)]}
        onChange={(event) => choose({ query: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        size="xs"
        flex="1 1 140px"
        maw={190}
        label="Outcome"
        value={filter.status ?? ""}
        data={[
          { value: "", label: "All" },
          ...Object.entries(OUTCOMES).map(([value, label]) => ({ value, label })),
        ]}
        onChange={(event) => choose({ status: event.currentTarget.value || undefined })}
      />
    </Group>
  );
}

interface Choice {
  value: string;
  label: string;
}

function named({ id, name }: { id: string; name: string }): Choice {
  return { value: id, label: name };
}

/** A query that was deleted has runs all the same. */
function withChosen(choices: Choice[], chosen: string | undefined): Choice[] {
  if (!chosen || choices.some(({ value }) => value === chosen)) return choices;
  return [...choices, { value: chosen, label: "(a deleted query)" }];
}
