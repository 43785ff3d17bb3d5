// Until something was run here: the way from signing in to a first result, as the one next step.
import { Button, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { everRunQuery } from "@/api/firstRun";
import { queriesQuery } from "@/api/queries";
import { savedSourcesQuery } from "@/api/sources";
import type { Query } from "@/api/types";
import { useCanEdit } from "@/api/useCanEdit";
import { askToRun } from "@/lib/runRequest";
import { PlayIcon } from "@/ui/icons";
import classes from "./FirstUse.module.css";

export function FirstUse() {
  const { data: everRun } = useQuery(everRunQuery);
  const { data: sources } = useQuery(savedSourcesQuery(""));
  const { data: queries } = useQuery(queriesQuery);
  const canEdit = useCanEdit();
  const navigate = useNavigate();
  if (everRun !== false || !sources || !queries) return null;

  const ready = queries.find(runsAsItIs);
  if (ready) {
    const { id, name, data_source: its } = ready;
    const source = sources.items.find((each) => each.id === its)?.name;
    return (
      <Paper withBorder className={classes.panel} component="section" aria-label="First steps">
        <div className={classes.grow}>
          <Title order={2} size="h5">
            Your first result is one click away
          </Title>
          <Text size="sm" c="dimmed">
            The query {name}
            {source ? ` on ${source}` : ""} is ready to run.
            {canEdit && " Or choose an API of your own below."}
          </Text>
        </div>
        <Button
          leftSection={<PlayIcon size={16} />}
          onClick={() => {
            askToRun(id);
            void navigate({ to: "/queries/$id", params: { id } });
          }}
        >
          Run {name}
        </Button>
      </Paper>
    );
  }
  if (sources.items.length > 0 || !canEdit) return null;
  return (
    <Paper withBorder className={classes.panel} component="section" aria-label="First steps">
      <div className={classes.grow}>
        <Title order={2} size="h5" mb={6}>
          Three steps to your first result
        </Title>
        <ol className={classes.steps}>
          <li>
            <b>Choose an API below.</b> What it needs is filled in; Open-Meteo asks for no token at
            all.
          </li>
          <li>
            <b>Paste its token and save.</b> It is stored encrypted and never shown again.
          </li>
          <li>
            <b>Run the first query.</b> It comes with the API; change it as you like.
          </li>
        </ol>
      </div>
    </Paper>
  );
}

/** Without a value that only a person can give. */
function runsAsItIs({ parameters }: Query): boolean {
  return parameters.every(({ required, default: usual }) => !required || usual !== undefined);
}
