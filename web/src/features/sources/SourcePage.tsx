// /data-sources/$id: one saved source, with the list of all beside it.
import { Alert, Anchor, Button, Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Navigate } from "@tanstack/react-router";
import { kindsQuery, sourceQuery } from "@/api/sources";
import { ApiProblem, inWords } from "@/lib/problem";
import { EmptyState } from "@/ui/EmptyState";
import { SourceForm } from "./SourceForm";
import { SourcesFrame } from "./SourcesFrame";

const route = getRouteApi("/shell/data-sources/$id");

export function SourcePage() {
  const { id } = route.useParams();
  return (
    <SourcesFrame sourceId={id}>
      <SourceOf key={id} id={id} />
    </SourcesFrame>
  );
}

function SourceOf({ id }: { id: string }) {
  const source = useQuery(sourceQuery(id));
  const kinds = useQuery(kindsQuery);
  const error = source.error ?? kinds.error;

  if (source.data && source.data.data.id !== id) {
    // Reached by its name, as other programs may write it: the list knows it by its id.
    return <Navigate to="/data-sources/$id" params={{ id: source.data.data.id }} replace />;
  }
  if (source.data && kinds.data) {
    const kind = kinds.data.items.find((each) => each.kind === source.data.data.kind);
    if (kind) return <SourceForm answer={source.data} kind={kind} presets={kinds.data.presets} />;
    return <EmptyState title={`This server does not know the kind "${source.data.data.kind}"`} />;
  }
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <EmptyState title="There is no such data source" text="It may have been deleted.">
        <Anchor component={Link} to="/data-sources">
          All data sources
        </Anchor>
      </EmptyState>
    );
  }
  if (error) {
    return (
      <Alert color="red" role="alert" m="lg" title="The data source could not be read">
        {inWords(error)}
        <Button
          mt="sm"
          size="xs"
          variant="default"
          onClick={() => {
            void source.refetch();
            void kinds.refetch();
          }}
        >
          Try again
        </Button>
      </Alert>
    );
  }
  return (
    <Center py={80}>
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
