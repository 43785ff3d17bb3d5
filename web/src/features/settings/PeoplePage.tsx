// /settings/people: who may sign in, as what; invited by a link, disabled at once.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { peopleQuery } from "@/api/people";
import { sessionQuery } from "@/api/session";
import { PlusIcon } from "@/ui/icons";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { useAdding } from "@/ui/useAdding";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";
import { InviteDialog } from "./InviteDialog";
import { personRow } from "./PersonRow";

const COLUMNS = [
  { label: "Name", width: "minmax(0, 5fr)" },
  { label: "Role", width: "112px" },
  { label: "State", width: "minmax(0, 2fr)" },
  { label: "Last seen", width: "minmax(0, 2fr)" },
  { label: "Actions", width: "270px", quiet: true },
] as const;

export function PeoplePage() {
  usePageTitle("People");
  const { data: people, error } = useQuery(peopleQuery);
  const { data: user } = useQuery(sessionQuery);
  const inviting = useAdding();
  if (!people) return error ? <Refusal error={error} /> : <Waiting />;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Nobody but they themselves knows a person's password.
        </Text>
        <Button leftSection={<PlusIcon size={16} />} onClick={inviting.open}>
          Invite
        </Button>
      </Group>
      <ListTable
        label="People"
        columns={COLUMNS}
        rows={people.map((person) => personRow(person, person.id === user?.id))}
      />
      {inviting.isOpen && <InviteDialog onClose={inviting.close} />}
    </Stack>
  );
}
