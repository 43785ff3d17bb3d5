// /data-sources with nothing chosen: the kinds to choose from, as cards.
import { Alert, Center, Loader, Text, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { createSource, kindsQuery } from "@/api/sources";
import type { Kind } from "@/api/types";
import { inWords } from "@/lib/problem";
import { ApiIcon, SearchIcon } from "@/ui/icons";
import { usePageTitle } from "@/ui/usePageTitle";
import { categoryList, matchingKinds } from "./categoryList";
import { SourcesFrame } from "./SourcesFrame";
import classes from "./SourcesPage.module.css";

const route = getRouteApi("/shell/data-sources");

export function SourcesPage() {
  usePageTitle("Data Sources");
  const { category = "" } = route.useSearch();
  const { data: kinds, error } = useQuery(kindsQuery);
  const [search, setSearch] = useState("");

  return (
    <SourcesFrame category={category}>
      <div className={classes.page}>
        <Title order={1} size="h3">
          Data Sources
        </Title>
        <Text c="dimmed" size="sm" mb="md">
          Choose the kind of API to save. Its credential is stored encrypted and spent for you.
        </Text>
        <TextInput
          type="search"
          aria-label="Search kinds of data sources"
          placeholder="Search"
          maw={420}
          leftSection={<SearchIcon size={16} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {error && (
          <Alert color="red" role="alert" mt="lg">
            {inWords(error)}
          </Alert>
        )}
        {!kinds && !error && (
          <Center py={60}>
            <Loader role="status" aria-label="Loading" />
          </Center>
        )}
        {kinds && (
          <Found entries={categoryList(kinds)} category={category} search={search.trim()} />
        )}
      </div>
    </SourcesFrame>
  );
}

interface FoundProps {
  entries: ReturnType<typeof categoryList>;
  category: string;
  search: string;
}

/** Without a search the chosen category; with one, whatever matches in any of them. */
function Found({ entries, category, search }: FoundProps) {
  const chosen = entries.find(({ id }) => id === category) ?? entries[0];
  const everything = entries.slice(1).flatMap(({ kinds }) => kinds);
  const shown = search ? matchingKinds(everything, search) : (chosen?.kinds ?? []);
  return (
    <section aria-live="polite">
      <Title order={2} size="h5" mt="xl" mb="sm">
        {search ? "Results" : chosen?.title}
      </Title>
      {shown.length === 0 ? (
        <Text c="dimmed">{search ? `No results for "${search}"` : "Nothing here yet."}</Text>
      ) : (
        <Cards kinds={shown} />
      )}
    </section>
  );
}

function Cards({ kinds }: { kinds: Kind[] }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const creation = useMutation({
    mutationFn: createSource,
    onSuccess: (source) => {
      void queries.invalidateQueries({ queryKey: ["sources"] });
      return navigate({ to: "/data-sources/$id", params: { id: source.id } });
    },
  });
  return (
    <>
      {creation.isError && (
        <Alert color="red" role="alert" mb="md">
          {inWords(creation.error)}
        </Alert>
      )}
      <div className={classes.cards}>
        {kinds.map((kind) => (
          <Card
            key={kind.kind}
            kind={kind}
            busy={creation.isPending}
            onAdd={() => creation.mutate(kind.kind)}
          />
        ))}
      </div>
    </>
  );
}

function Card({ kind, busy, onAdd }: { kind: Kind; busy: boolean; onAdd: () => void }) {
  const about = useId();
  return (
    <div className={classes.card} data-busy={busy || undefined}>
      <span className={classes.icon}>
        <ApiIcon size={22} />
      </span>
      <div>
        {/* Its click area is the whole card. */}
        <UnstyledButton
          className={classes.add}
          aria-describedby={about}
          disabled={busy}
          onClick={onAdd}
        >
          {kind.title}
        </UnstyledButton>
        <Text size="sm" c="dimmed" id={about}>
          {kind.description}
        </Text>
      </div>
    </div>
  );
}
