// /callers: the programs that may come in, what each may do, and the way to end one at once.
import { Badge, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type CallerToken, callersQuery, revokeCaller } from "@/api/callers";
import { queriesQuery } from "@/api/queries";
import { sourcesQuery } from "@/api/sources";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EmptyState } from "@/ui/EmptyState";
import { PlusIcon } from "@/ui/icons";
import { ListTable } from "@/ui/ListTable";
import { AnchorLink, ButtonLink } from "@/ui/links";
import { Refusal } from "@/ui/Refusal";
import { RelativeTime } from "@/ui/RelativeTime";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";
import { endOf, limitsOf } from "./policyWords";

const COLUMNS = [
  { label: "Name", width: "minmax(0, 4fr)" },
  { label: "Role", width: "minmax(0, 2fr)" },
  { label: "Limited to", width: "minmax(0, 5fr)" },
  { label: "Last used", width: "minmax(0, 2fr)" },
  { label: "Ends", width: "minmax(0, 3fr)" },
  { label: "Actions", width: "148px", quiet: true },
] as const;

export function CallersPage() {
  usePageTitle("Callers");
  const { data: tokens, error } = useQuery(callersQuery);
  return (
    <Stack p="md" gap="md" maw={1200}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h3">
            Callers
          </Title>
          <Text c="dimmed" size="sm">
            Programs come in with a token of their own, narrowed to what each of them needs.
          </Text>
        </div>
        {tokens && tokens.length > 0 && (
          <ButtonLink to="/callers/new" leftSection={<PlusIcon size={16} />}>
            New caller token
          </ButtonLink>
        )}
      </Group>
      {tokens ? (
        <Tokens tokens={tokens} />
      ) : error ? (
        <Refusal error={error} title="The callers could not be listed" />
      ) : (
        <Waiting />
      )}
    </Stack>
  );
}

function Tokens({ tokens }: { tokens: CallerToken[] }) {
  const [showEnded, setShowEnded] = useState(false);
  const ended = tokens.filter((token) => endOf(token) !== null);
  const shown = showEnded ? tokens : tokens.filter((token) => endOf(token) === null);
  const row = useRow();

  if (tokens.length === 0) {
    return (
      <EmptyState
        title="No callers yet"
        text="A program that runs queries needs a token. You choose what it may do, and can end it at any time."
      >
        <ButtonLink to="/callers/new">New caller token</ButtonLink>
      </EmptyState>
    );
  }
  return (
    <Stack gap="sm">
      {ended.length > 0 && (
        <Switch
          size="sm"
          label={`Show ended ones (${ended.length})`}
          checked={showEnded}
          onChange={(event) => setShowEnded(event.currentTarget.checked)}
        />
      )}
      {shown.length === 0 ? (
        <EmptyState title="Every token here has ended">
          <ButtonLink to="/callers/new">New caller token</ButtonLink>
        </EmptyState>
      ) : (
        <ListTable label="Callers" columns={COLUMNS} rows={shown.map(row)} />
      )}
    </Stack>
  );
}

function useRow() {
  const queries = useQueryClient();
  const { data: sources = [] } = useQuery(sourcesQuery);
  const { data: saved = [] } = useQuery(queriesQuery);
  const nameIn = (things: { id: string; name: string }[]) => (ref: string) =>
    things.find(({ id }) => id === ref)?.name ?? ref;
  const revoke = async (id: string) => {
    await revokeCaller(id);
    await queries.invalidateQueries({ queryKey: ["callers"] });
  };

  return (token: CallerToken) => {
    const limits = limitsOf(token.policy, nameIn(sources), nameIn(saved));
    const end = endOf(token);
    return {
      key: token.id,
      faded: end !== null,
      cells: [
        end === "revoked" ? (
          <strong key="name">{token.name}</strong>
        ) : (
          <AnchorLink key="name" to="/callers/$id" params={{ id: token.id }} size="sm" fw={600}>
            {token.name}
          </AnchorLink>
        ),
        token.role,
        limits.length > 0 ? (
          limits.join("; ")
        ) : (
          <Text key="limits" span size="sm" c="dimmed">
            no limits but its role's
          </Text>
        ),
        token.last_used_at ? <RelativeTime key="used" at={token.last_used_at} /> : "never",
        <Ends key="ends" token={token} />,
        end === "revoked" ? null : (
          <Group key="actions" gap={6} wrap="nowrap">
            <ButtonLink
              to="/callers/$id"
              params={{ id: token.id }}
              size="compact-sm"
              variant="default"
              aria-label={`Edit ${token.name}`}
            >
              Edit
            </ButtonLink>
            <ConfirmButton
              size="compact-sm"
              aria-label={`Revoke ${token.name}`}
              title={`Revoke ${token.name}?`}
              text="It is refused from its next request on, everywhere. It cannot be brought back; a new token can be made."
              verb="Revoke"
              onConfirm={() => revoke(token.id)}
            >
              Revoke
            </ConfirmButton>
          </Group>
        ),
      ],
    };
  };
}

function Ends({ token }: { token: CallerToken }) {
  const ends = token.expires_at ?? token.policy.expires_at;
  if (token.revoked_at) {
    return (
      <Group gap={6} wrap="nowrap">
        <Badge variant="default" tt="none" radius="sm" miw="max-content">
          Revoked
        </Badge>
        <RelativeTime at={token.revoked_at} />
      </Group>
    );
  }
  if (!ends) return <>never</>;
  return endOf(token) ? (
    <Group gap={6} wrap="nowrap">
      <Badge variant="default" tt="none" radius="sm" miw="max-content">
        Expired
      </Badge>
      <RelativeTime at={ends} />
    </Group>
  ) : (
    <RelativeTime at={ends} />
  );
}
