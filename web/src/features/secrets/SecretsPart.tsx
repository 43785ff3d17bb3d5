// The workspace's secrets: since when, where used, where they may go; for admins to change.
import { Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sessionQuery } from "@/api/session";
import { sourcesQuery } from "@/api/sources";
import { deleteSecret, secretsQuery, type WorkspaceSecret } from "@/api/templateValues";
import { EmptyState } from "@/ui/EmptyState";
import { PlusIcon } from "@/ui/icons";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { RelativeTime } from "@/ui/RelativeTime";
import { useAdding } from "@/ui/useAdding";
import { Waiting } from "@/ui/Waiting";
import { DeleteValue } from "./DeleteValue";
import { SecretDialog } from "./SecretDialog";
import { ValueName } from "./ValueName";
import { WhereUsed } from "./WhereUsed";

const COLUMNS = [
  { label: "Name", width: "minmax(0, 5fr)" },
  { label: "Value", width: "minmax(0, 4fr)" },
  { label: "Used by", width: "minmax(0, 4fr)" },
  { label: "May be sent to", width: "minmax(0, 4fr)" },
  { label: "Actions", width: "152px", quiet: true },
] as const;

export function SecretsPart() {
  const queries = useQueryClient();
  const { data: secrets, error } = useQuery(secretsQuery);
  const { data: user } = useQuery(sessionQuery);
  const [edited, setEdited] = useState<WorkspaceSecret | null>(null);
  const adding = useAdding();
  const mayWrite = user?.role === "admin";

  if (!secrets) return error ? <Refusal error={error} title="Not listed" /> : <Waiting />;
  const dialog = (edited || (adding.isOpen && mayWrite)) && (
    <SecretDialog
      secret={edited}
      taken={secrets.map(({ name }) => name)}
      onClose={() => (edited ? setEdited(null) : adding.close())}
    />
  );
  if (secrets.length === 0) {
    return (
      <EmptyState
        title="No secrets yet"
        text="A secret is stored once, encrypted, and spent by every query whose template names it. Nobody can read it back."
      >
        {mayWrite ? (
          <Button onClick={adding.open}>Add a secret</Button>
        ) : (
          <Text size="sm">Admins add secrets.</Text>
        )}
        {dialog}
      </EmptyState>
    );
  }
  const remove = async (name: string) => {
    await deleteSecret(name);
    await queries.invalidateQueries({ queryKey: ["secrets"] });
  };
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text size="sm" c="dimmed">
          {mayWrite ? "Values never come back." : "Values never come back. Admins change secrets."}
        </Text>
        {mayWrite && (
          <Button leftSection={<PlusIcon size={16} />} onClick={adding.open}>
            Add a secret
          </Button>
        )}
      </Group>
      <ListTable
        label="Secrets"
        columns={mayWrite ? COLUMNS : COLUMNS.slice(0, 4)}
        rows={secrets.map((secret) => ({
          key: secret.name,
          cells: [
            <ValueName key="name" name={secret.name} space="secrets" />,
            <Value key="value" secret={secret} />,
            <WhereUsed key="uses" uses={secret.where_used} />,
            <Scope key="scope" sources={secret.data_sources} />,
            <Group key="actions" gap={6} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Change secret ${secret.name}`}
                onClick={() => setEdited(secret)}
              >
                Change
              </Button>
              <DeleteValue
                noun="secret"
                name={secret.name}
                uses={secret.where_used}
                onDelete={() => remove(secret.name)}
              />
            </Group>,
          ],
        }))}
      />
      {dialog}
    </>
  );
}

function Value({ secret }: { secret: WorkspaceSecret }) {
  const { from } = secret.value;
  return (
    <span>
      {from ? <span className="sk-code">{from}</span> : <span aria-hidden>••••••</span>}{" "}
      <Text span size="sm" c="dimmed">
        set <RelativeTime at={secret.updated_at} />
      </Text>
    </span>
  );
}

function Scope({ sources }: { sources: string[] | null }) {
  const { data: saved = [] } = useQuery(sourcesQuery);
  if (sources === null) return <>every data source</>;
  if (sources.length === 0) return <>no data source any more</>;
  const name = (id: string) => saved.find((source) => source.id === id)?.name ?? id;
  return <>{sources.map(name).join(", ")}</>;
}
