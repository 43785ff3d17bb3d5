// /callers/new: choose what a token may do; then its text is shown, this once.
import { Stack, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { createCaller } from "@/api/callers";
import { queriesQuery } from "@/api/queries";
import { sourcesQuery } from "@/api/sources";
import { AnchorLink } from "@/ui/links";
import { Refusal } from "@/ui/Refusal";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";
import { CallerForm } from "./CallerForm";
import { newCaller } from "./callerDraft";
import { NewToken } from "./NewToken";

const EMPTY = newCaller();

export function NewCallerPage() {
  usePageTitle("New caller token");
  const cache = useQueryClient();
  const sources = useQuery(sourcesQuery);
  const queries = useQuery(queriesQuery);
  const [made, setMade] = useState<Awaited<ReturnType<typeof createCaller>> | null>(null);
  const error = sources.error ?? queries.error;

  return (
    <Stack p="md" gap="md" maw={1100}>
      <AnchorLink to="/callers" size="sm">
        All callers
      </AnchorLink>
      <Title order={1} size="h3">
        {made ? `${made.name} is ready` : "New caller token"}
      </Title>
      {made ? (
        <NewToken made={made} queries={queries.data ?? []} />
      ) : sources.data && queries.data ? (
        <CallerForm
          initial={EMPTY}
          sources={sources.data}
          queries={queries.data}
          verb="Create token"
          guard={() => null}
          onSend={async (input) => {
            setMade(await createCaller(input));
            void cache.invalidateQueries({ queryKey: ["callers"], exact: true });
          }}
        />
      ) : error ? (
        <Refusal error={error} />
      ) : (
        <Waiting />
      )}
    </Stack>
  );
}
