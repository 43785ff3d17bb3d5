// /callers/$id: one token's name and policy, to change; it takes effect with its next request.
import { Stack, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { type CallerToken, callerQuery, changeCaller } from "@/api/callers";
import { queriesQuery } from "@/api/queries";
import { sourcesQuery } from "@/api/sources";
import { ApiProblem } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { AnchorLink, ButtonLink } from "@/ui/links";
import { Refusal } from "@/ui/Refusal";
import { RelativeTime } from "@/ui/RelativeTime";
import { usePageTitle } from "@/ui/usePageTitle";
import { useUnsavedGuard } from "@/ui/useUnsavedGuard";
import { Waiting } from "@/ui/Waiting";
import { CallerForm } from "./CallerForm";
import { draftOf, type Named } from "./callerDraft";
import { endOf } from "./policyWords";

const route = getRouteApi("/shell/callers/$id");

export function CallerPage() {
  const { id } = route.useParams();
  const token = useQuery(callerQuery(id));
  const sources = useQuery(sourcesQuery);
  const queries = useQuery(queriesQuery);
  usePageTitle(token.data?.name);
  const error = token.error ?? sources.error ?? queries.error;

  return (
    <Stack p="md" gap="md" maw={1100}>
      <AnchorLink to="/callers" size="sm">
        All callers
      </AnchorLink>
      {token.data && sources.data && queries.data ? (
        <Caller
          key={token.data.id}
          token={token.data}
          sources={sources.data}
          queries={queries.data}
        />
      ) : error instanceof ApiProblem && error.status === 404 ? (
        <EmptyState title="There is no such caller token">
          <ButtonLink to="/callers" variant="default">
            All callers
          </ButtonLink>
        </EmptyState>
      ) : error ? (
        <Refusal error={error} title="The caller token could not be read" />
      ) : (
        <Waiting />
      )}
    </Stack>
  );
}

interface CallerProps {
  token: CallerToken;
  sources: (Named & { base_url: string })[];
  queries: (Named & { data_source: string })[];
}

function Caller({ token, sources, queries }: CallerProps) {
  const cache = useQueryClient();
  const [saved, setSaved] = useState(false);
  const initial = useMemo(() => draftOf(token, sources, queries), [token, sources, queries]);
  return (
    <>
      <div>
        <Title order={1} size="h3">
          {token.name}
        </Title>
        <Text size="sm" c="dimmed">
          {token.role}, made <RelativeTime at={token.created_at} />,{" "}
          {token.last_used_at ? (
            <>
              last used <RelativeTime at={token.last_used_at} />
            </>
          ) : (
            "never used"
          )}
        </Text>
      </div>
      {endOf(token) === "revoked" ? (
        <EmptyState title="It was revoked" text="A revoked token stays so; make a new one.">
          <ButtonLink to="/callers/new">New caller token</ButtonLink>
        </EmptyState>
      ) : (
        <CallerForm
          key={JSON.stringify(initial)}
          initial={initial}
          sources={sources}
          queries={queries}
          fixedRole
          verb="Save"
          note={saved ? "Saved. It holds from the token's next request on." : ""}
          guard={(unsaved) => <Guard unsaved={unsaved} />}
          onSend={async ({ name, policy }) => {
            const changed = await changeCaller(token.id, { name, policy });
            cache.setQueryData(callerQuery(token.id).queryKey, changed);
            void cache.invalidateQueries({ queryKey: ["callers"], exact: true });
            setSaved(true);
          }}
        />
      )}
    </>
  );
}

function Guard({ unsaved }: { unsaved: boolean }) {
  return useUnsavedGuard(unsaved);
}
