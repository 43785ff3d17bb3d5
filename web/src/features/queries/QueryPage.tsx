// /queries/$id: one query in the editor, beside the list.
import { Alert, Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import { queryQuery } from "@/api/queries";
import { sourceQuery } from "@/api/sources";
import { ApiProblem, inWords } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { AnchorLink, ButtonLink } from "@/ui/links";
import { QueriesFrame } from "./QueriesFrame";
import { QueryEditor } from "./QueryEditor";
import classes from "./QueryPage.module.css";

export function QueryPage() {
  const { id } = useParams({ from: "/shell/queries/$id" });
  return (
    <QueriesFrame chosen={id}>
      <div className={classes.back}>
        <AnchorLink to="/queries" size="sm">
          All queries
        </AnchorLink>
      </div>
      <Loaded key={id} id={id} />
    </QueriesFrame>
  );
}

function Loaded({ id }: { id: string }) {
  const query = useQuery(queryQuery(id));
  const sourceId = query.data?.data.data_source;
  const source = useQuery({ ...sourceQuery(sourceId ?? ""), enabled: sourceId !== undefined });
  const error = query.error ?? source.error;
  if (query.data && query.data.data.id !== id) {
    // Reached by its name, as other programs may write it: lists and tabs know it by its id.
    return <Navigate to="/queries/$id" params={{ id: query.data.data.id }} replace />;
  }
  if (query.data && source.data) {
    return <QueryEditor answer={query.data} source={source.data.data} />;
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <EmptyState title="There is no such query" text="It may have been deleted.">
        <ButtonLink to="/queries" variant="default">
          All queries
        </ButtonLink>
      </EmptyState>
    );
  }
  if (error) {
    return (
      <Alert color="red" role="alert" m="md" title="The query could not be opened">
        {inWords(error)}
      </Alert>
    );
  }
  return (
    <Center py={80}>
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
