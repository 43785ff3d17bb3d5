// /data-sources with nothing chosen: the kinds and the known APIs to choose from, as cards.
import { Alert, Center, Loader, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { kindsQuery } from "@/api/sources";
import { useCanEdit } from "@/api/useCanEdit";
import { inWords } from "@/lib/problem";
import { SearchIcon } from "@/ui/icons";
import { usePageTitle } from "@/ui/usePageTitle";
import { ChoiceCards } from "./ChoiceCards";
import { type CategoryEntry, categoryList, matchingKinds } from "./categoryList";
import { FirstUse } from "./FirstUse";
import { matchingPresets } from "./presetList";
import { SourcesFrame } from "./SourcesFrame";
import classes from "./SourcesPage.module.css";

const route = getRouteApi("/shell/data-sources");

export function SourcesPage() {
  usePageTitle("Data Sources");
  const { category = "" } = route.useSearch();
  const canEdit = useCanEdit();

  return (
    <SourcesFrame category={category}>
      <div className={classes.page}>
        <Title order={1} size="h3">
          Data Sources
        </Title>
        <Text c="dimmed" size="sm" mb="md">
          {canEdit
            ? "Choose the API to save. Its credential is stored encrypted and spent for you."
            : "Choose one to see how it is set up. Adding one takes an editor."}
        </Text>
        <FirstUse />
        {canEdit && <Choices />}
      </div>
    </SourcesFrame>
  );
}

/** What can be added: by category, or what matches a search in any of them. */
function Choices() {
  const { category = "" } = route.useSearch();
  const { data: kinds, error } = useQuery(kindsQuery);
  const [search, setSearch] = useState("");
  return (
    <>
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
      {kinds && <Found entries={categoryList(kinds)} category={category} search={search.trim()} />}
    </>
  );
}

interface FoundProps {
  entries: CategoryEntry[];
  category: string;
  search: string;
}

/** Without a search the chosen category; with one, whatever matches in any of them. */
function Found({ entries, category, search }: FoundProps) {
  const chosen = entries.find(({ id }) => id === category) ?? entries[0];
  const shown = search ? everywhere(entries, search) : chosen;
  const nothing = !shown || shown.kinds.length + shown.presets.length === 0;
  return (
    <section aria-live="polite">
      <Title order={2} size="h5" mt="lg" mb="sm">
        {search ? "Results" : chosen?.title}
      </Title>
      {nothing ? (
        <Text c="dimmed">{search ? `No results for "${search}"` : "Nothing here yet."}</Text>
      ) : (
        <ChoiceCards kinds={shown.kinds} presets={shown.presets} />
      )}
    </section>
  );
}

function everywhere([common, ...rest]: CategoryEntry[], search: string) {
  return {
    kinds: matchingKinds(
      rest.flatMap(({ kinds }) => kinds),
      search,
    ),
    presets: matchingPresets(common?.presets ?? [], search),
  };
}
