// /queries: the list and what to do first; with `?new=<source>` it makes a query there and opens it.
import { Alert, Center, Loader, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { createQuery, queriesQuery } from "@/api/queries";
import { sourcesQuery } from "@/api/sources";
import { useCanEdit } from "@/api/useCanEdit";
import { inWords } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { ButtonLink } from "@/ui/links";
import { usePageTitle } from "@/ui/usePageTitle";
import { NewQuery } from "./NewQuery";
import { QueriesFrame } from "./QueriesFrame";

export function QueriesPage() {
  const { new: source } = useSearch({ from: "/shell/queries" });
  usePageTitle("Queries");
  return (
    <QueriesFrame>
      <VisuallyHidden component="h1">Queries</VisuallyHidden>
      {source ? <Creating key={source} source={source} /> : <Chooser />}
    </QueriesFrame>
  );
}

function Creating({ source }: { source: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const asked = useRef(false);
  const creating = useMutation({
    mutationFn: () => createQuery({ data_source: source }),
    onSuccess: async (query) => {
      await queries.invalidateQueries({ queryKey: queriesQuery.queryKey, exact: true });
      // Replaced, so that going back does not make another.
      await navigate({ to: "/queries/$id", params: { id: query.id }, replace: true });
    },
  });
  const { mutate } = creating;
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate();
  }, [mutate]);

  if (creating.error) {
    return (
      <Alert color="red" role="alert" m="md" title="The query was not created">
        {inWords(creating.error)}
      </Alert>
    );
  }
  return (
    <Center py={80}>
      <Loader role="status" aria-label="Creating the query" />
    </Center>
  );
}

const EDITORS = "Making one takes an editor.";

function Chooser() {
  const canEdit = useCanEdit();
  const sources = useQuery(sourcesQuery);
  const queries = useQuery(queriesQuery);
  const error = sources.error ?? queries.error;
  if (error) {
    return (
      <Alert color="red" role="alert" m="md" title="The queries could not be listed">
        {inWords(error)}
      </Alert>
    );
  }
  if (!sources.data || !queries.data) {
    return (
      <Center py={80}>
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  }
  if (sources.data.length === 0) {
    return (
      <EmptyState
        title="No data source to query yet"
        text={`A query is a saved request against a data source. ${canEdit ? "Add the API first." : EDITORS}`}
      >
        {canEdit && <ButtonLink to="/data-sources">Add a data source</ButtonLink>}
      </EmptyState>
    );
  }
  if (queries.data.length === 0) {
    return (
      <EmptyState
        title="No queries yet"
        text={
          canEdit ? "Choose the data source to ask, then a method and a path, and run it." : EDITORS
        }
      >
        {canEdit && <NewQuery sources={sources.data} size="sm" />}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Choose a query"
      text={canEdit ? "Or make a new one on any data source." : "Run it to see its result here."}
    />
  );
}
