// Beside the policy, as it is changed: what a token with it could do, as the server decides it.
import { Paper, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { type Explanation, explanationQuery, type Policy } from "@/api/callers";
import type { Role } from "@/api/types";
import { counted } from "@/lib/measure";
import { Facts } from "@/ui/Facts";
import { Refusal } from "@/ui/Refusal";
import classes from "./CallerForm.module.css";
import { doorName } from "./policyWords";

interface ExplainedProps {
  role: Role;
  /** null while something in the form is no policy yet. */
  policy: Policy | null;
}

export function Explained({ role, policy }: ExplainedProps) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id} className={classes.explained}>
      <Title order={2} size="h5" id={id} mb="xs">
        What it could do
      </Title>
      {policy ? (
        <Answer role={role} policy={policy} />
      ) : (
        <Text size="sm" c="dimmed">
          Mend what is marked, then this says what the token could do.
        </Text>
      )}
    </Paper>
  );
}

function Answer({ role, policy }: { role: Role; policy: Policy }) {
  const [asked] = useDebouncedValue(JSON.stringify(policy), 200);
  const { data, error } = useQuery(explanationQuery(role, JSON.parse(asked) as Policy));
  if (error) return <Refusal error={error} />;
  if (!data) {
    return (
      <Text size="sm" c="dimmed">
        …
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {data.sentence}
      </Text>
      <Facts
        facts={[
          ["Doors", listed(data.doors.map(doorName))],
          ["Methods", listed(data.methods)],
          [
            "Paths",
            <span key="paths" className={data.paths ? "sk-code" : ""}>
              {listed(data.paths)}
            </span>,
          ],
        ]}
      />
      <Reach sources={data.sources} />
      <Unknown names={[...data.unknown.sources, ...data.unknown.queries]} />
    </Stack>
  );
}

function listed(items: string[] | null): string {
  if (items === null) return "any";
  return items.length === 0 ? "none" : items.join(", ");
}

function Unknown({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      Nothing here is called {names.join(", ")} any more.
    </Text>
  );
}

function Reach({ sources }: { sources: Explanation["sources"] }) {
  const queries = sources.reduce((sum, source) => sum + source.queries.length, 0);
  if (sources.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        It reaches no data source.
      </Text>
    );
  }
  return (
    <div>
      <Text size="sm" fw={600}>
        {counted(sources.length, "data source", "data sources")},{" "}
        {counted(queries, "query", "queries")}
      </Text>
      <ul className={classes.reach}>
        {sources.map((source) => (
          <li key={source.id}>
            {source.name}
            {source.queries.length > 0 && (
              <ul>
                {source.queries.map(({ id, name }) => (
                  <li key={id}>{name}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
