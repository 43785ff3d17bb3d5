// One person's row: role, state, and what an admin can do about them.
import { Badge, Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changePerson, deletePerson, newLink, type Person } from "@/api/people";
import type { Role } from "@/api/types";
import { inWords } from "@/lib/problem";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { FormDialog } from "@/ui/FormDialog";
import type { ListRow } from "@/ui/ListTable";
import { RelativeTime } from "@/ui/RelativeTime";
import { LinkToHandOn } from "./LinkToHandOn";
import { ROLES } from "./roles";

export function personRow(person: Person, isMe: boolean): ListRow {
  return {
    key: person.id,
    faded: person.state === "disabled",
    cells: [
      <div key="name">
        <Text size="sm" fw={600} component="span">
          {person.name}
        </Text>
        {isMe && " (you)"}
        <Text size="xs" c="dimmed">
          {person.email}
        </Text>
      </div>,
      // A slip of the hand would end one's own session and rights.
      isMe ? person.role : <RoleChoice key="role" person={person} />,
      <State key="state" state={person.state} />,
      person.last_seen_at ? <RelativeTime key="seen" at={person.last_seen_at} /> : "never",
      <Actions key="actions" person={person} isMe={isMe} />,
    ],
  };
}

function State({ state }: { state: Person["state"] }) {
  if (state === "active") return <>Active</>;
  return (
    <Badge variant="default" tt="none" radius="sm" miw="max-content">
      {state === "invited" ? "Invited" : "Disabled"}
    </Badge>
  );
}

function usePeopleChange<Input, Result>(change: (input: Input) => Promise<Result>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
}

function RoleChoice({ person }: { person: Person }) {
  const changing = usePeopleChange((role: Role) => changePerson(person.id, { role }));
  return (
    <NativeSelect
      size="xs"
      aria-label={`Role of ${person.name}`}
      data={ROLES.map(({ value }) => value)}
      value={changing.isPending ? changing.variables : person.role}
      error={changing.error ? inWords(changing.error) : undefined}
      onChange={(event) => changing.mutate(event.currentTarget.value as Role)}
    />
  );
}

function Actions({ person, isMe }: { person: Person; isMe: boolean }) {
  const linking = usePeopleChange(() => newLink(person.id));
  const changing = usePeopleChange((disabled: boolean) => changePerson(person.id, { disabled }));
  const removing = usePeopleChange(() => deletePerson(person.id));
  if (isMe) return null;
  const { name, state } = person;
  return (
    <Stack gap={4}>
      <Group gap={6}>
        {state !== "disabled" && (
          <ConfirmButton
            size="compact-sm"
            aria-label={`New link for ${name}`}
            title={`A new link for ${name}?`}
            text={
              state === "invited"
                ? "Links made before no longer work."
                : "With it they choose a new password; their sessions end then."
            }
            verb="Make the link"
            onConfirm={() => linking.mutateAsync(undefined)}
          >
            New link
          </ConfirmButton>
        )}
        {state === "disabled" ? (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Enable ${name}`}
            loading={changing.isPending}
            onClick={() => changing.mutate(false)}
          >
            Enable
          </Button>
        ) : (
          <ConfirmButton
            size="compact-sm"
            aria-label={`Disable ${name}`}
            title={`Disable ${name}?`}
            text="Their sessions end at once, and they cannot sign in until they are enabled again."
            verb="Disable"
            onConfirm={() => changing.mutateAsync(true)}
          >
            Disable
          </ConfirmButton>
        )}
        <ConfirmButton
          size="compact-sm"
          aria-label={`Delete ${name}`}
          title={`Delete ${name}?`}
          text="The account is gone at once. What they did stays in the audit, under their name."
          verb="Delete"
          onConfirm={() => removing.mutateAsync(undefined)}
        >
          Delete
        </ConfirmButton>
      </Group>
      {changing.error && !changing.variables && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {inWords(changing.error)}
        </Text>
      )}
      {linking.data && (
        <FormDialog title={`A link for ${name}`} onClose={() => linking.reset()}>
          <LinkToHandOn invitation={linking.data} onDone={() => linking.reset()} />
        </FormDialog>
      )}
    </Stack>
  );
}
