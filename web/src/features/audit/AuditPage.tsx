// /audit: who did what to what, newest first; for people to search, and for machines to take along.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type AuditFilter, auditExportAddress, auditQuery } from "@/api/audit";
import { EmptyState } from "@/ui/EmptyState";
import { DownloadIcon } from "@/ui/icons";
import { ButtonLink } from "@/ui/links";
import { Refusal } from "@/ui/Refusal";
import { ShowMore } from "@/ui/ShowMore";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";
import { AuditFilters } from "./AuditFilters";
import { AuditLines } from "./AuditLines";
import { Verify } from "./Verify";

const route = getRouteApi("/shell/audit");

export function AuditPage() {
  usePageTitle("Audit");
  const filter = route.useSearch();
  return (
    <Stack p="md" gap="md" maw={1200}>
      <div>
        <Title order={1} size="h3">
          Audit
        </Title>
        <Text c="dimmed" size="sm">
          Every change and every use of a credential leaves a line. Each line is chained to the one
          before it, so that none can be changed unseen.
        </Text>
      </div>
      <Group gap="sm" align="flex-start">
        <Verify />
        <Button
          component="a"
          href={auditExportAddress(filter)}
          download="audit.ndjson"
          variant="default"
          size="xs"
          leftSection={<DownloadIcon size={14} />}
        >
          Export as NDJSON
        </Button>
      </Group>
      <AuditFilters filter={filter} />
      <Lines filter={filter} />
    </Stack>
  );
}

function Lines({ filter }: { filter: AuditFilter }) {
  const pages = useInfiniteQuery(auditQuery(filter));
  const { data, error } = pages;
  if (!data) {
    return error ? <Refusal error={error} title="The lines could not be listed" /> : <Waiting />;
  }
  const lines = data.pages.flatMap((page) => page.items);
  if (lines.length === 0) {
    const filtered = Object.values(filter).some(Boolean);
    return filtered ? (
      <EmptyState title="No lines match" text="Nothing that was done has these marks.">
        <ButtonLink to="/audit" variant="default">
          Show all lines
        </ButtonLink>
      </EmptyState>
    ) : (
      <EmptyState title="Nothing was done yet" />
    );
  }
  return (
    <Stack gap="sm">
      <AuditLines lines={lines} />
      <ShowMore label="Show older lines" pages={pages} />
    </Stack>
  );
}
