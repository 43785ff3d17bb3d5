// /secrets: the values that templates can name. Secrets go in and never come out; constants do.
import { Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { constantsQuery, secretsQuery } from "@/api/templateValues";
import { usePageTitle } from "@/ui/usePageTitle";
import { ConstantsPart } from "./ConstantsPart";
import { SecretsPart } from "./SecretsPart";

const route = getRouteApi("/shell/secrets");

export function SecretsPage() {
  usePageTitle("Secrets & constants");
  const { show = "secrets" } = route.useSearch();
  const navigate = useNavigate();
  const { data: secrets } = useQuery(secretsQuery);
  const { data: constants } = useQuery(constantsQuery);
  return (
    <Stack p="md" gap="sm" maw={1100}>
      <div>
        <Title order={1} size="h3">
          Secrets &amp; constants
        </Title>
        <Text c="dimmed" size="sm">
          Values that queries name in their templates, kept in one place for all of them.
        </Text>
      </div>
      <Tabs
        value={show}
        onChange={(next) =>
          void navigate({
            to: "/secrets",
            search: next === "constants" ? { show: "constants" } : {},
            replace: true,
          })
        }
      >
        <Tabs.List>
          <Tabs.Tab value="secrets">Secrets{count(secrets)}</Tabs.Tab>
          <Tabs.Tab value="constants">Constants{count(constants)}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="secrets" pt="md">
          {show === "secrets" && <SecretsPart />}
        </Tabs.Panel>
        <Tabs.Panel value="constants" pt="md">
          {show === "constants" && <ConstantsPart />}
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function count(items: unknown[] | undefined): string {
  return items && items.length > 0 ? ` (${items.length})` : "";
}
