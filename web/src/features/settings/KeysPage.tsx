// /settings/keys: the master keys, what each still wraps, and the change to a new one under way.
import { Alert, Badge, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KEYS, keysQuery, type MasterKey, type Rotation, rotateKeys } from "@/api/keys";
import { counted } from "@/lib/measure";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";

const COLUMNS = [
  { label: "Key", width: "minmax(0, 4fr)" },
  { label: "Use", width: "minmax(0, 3fr)" },
  { label: "Secrets", width: "minmax(0, 2fr)" },
] as const;

export function KeysPage() {
  usePageTitle("Keys");
  const queries = useQueryClient();
  const rotating = useMutation({
    mutationFn: rotateKeys,
    onSettled: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
  const { data: keys, error } = useQuery(keysQuery(rotating.isPending));
  if (!keys) return error ? <Refusal error={error} /> : <Waiting />;
  const unused = keys.filter(({ current, secrets }) => !current && secrets === 0);
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={640}>
        Every stored secret has a key of its own, and the current master key wraps those. After a
        change the secrets are wrapped anew while runs go on; none of them is opened.
      </Text>
      <ListTable
        label="Keys"
        columns={COLUMNS}
        rows={keys.map((key) => ({
          key: key.id,
          cells: [
            <span key="id" className="sk-code">
              {key.id}
            </span>,
            <Use key="use" masterKey={key} />,
            key.secrets.toLocaleString("en"),
          ],
        }))}
      />
      {rotating.isPending && <Wrapping keys={keys} />}
      <Refusal error={rotating.error} title="Not finished" />
      {rotating.data && <Report rotation={rotating.data} />}
      <Group gap="sm">
        <ConfirmButton
          title="Change to a new master key?"
          text="Every stored secret is wrapped with a new key, while runs go on; where the keys come from the environment, the first of them is the new one. Take a new backup of the key afterwards: without it, a restored database cannot be opened."
          verb="Rotate"
          loading={rotating.isPending}
          onConfirm={async () => rotating.mutate({ retire_old: false })}
        >
          Rotate the master key
        </ConfirmButton>
        {unused.length > 0 && (
          <ConfirmButton
            title={`Retire ${counted(unused.length, "old key", "old keys")}?`}
            text="They wrap nothing any more and are taken out of the key file. Backups of the database that are older than the change cannot be opened without them."
            verb="Retire"
            disabled={rotating.isPending}
            onConfirm={async () => rotating.mutate({ retire_old: true })}
          >
            Retire old keys
          </ConfirmButton>
        )}
      </Group>
    </Stack>
  );
}

function Use({ masterKey: { current, secrets } }: { masterKey: MasterKey }) {
  if (current) {
    return (
      <Badge variant="light" tt="none" radius="sm">
        Current
      </Badge>
    );
  }
  return secrets > 0 ? (
    <>still in use</>
  ) : (
    <Text span size="sm" c="dimmed">
      no longer used
    </Text>
  );
}

function Wrapping({ keys }: { keys: MasterKey[] }) {
  const all = keys.reduce((sum, key) => sum + key.secrets, 0);
  const done = keys.find(({ current }) => current)?.secrets ?? 0;
  return (
    <div role="status">
      <Text size="sm" mb={4}>
        Wrapping anew: {done.toLocaleString("en")} of {counted(all, "secret", "secrets")}
      </Text>
      <Progress value={all === 0 ? 100 : (100 * done) / all} aria-label="Wrapped anew" />
    </div>
  );
}

function Report({ rotation }: { rotation: Rotation }) {
  const { key, rewrapped, left, broken, retired } = rotation;
  const done =
    retired.length > 0
      ? `${counted(retired.length, "old key was", "old keys were")} taken away.`
      : rewrapped > 0
        ? `${counted(rewrapped, "secret was", "secrets were")} wrapped with ${key}.`
        : `There was nothing to wrap; the current key is ${key}.`;
  if (left === 0 && broken.length === 0) {
    return (
      <Alert color="keep" role="status" title="Done">
        {done}
      </Alert>
    );
  }
  return (
    <Alert color="orange" role="alert" title="Some secrets are left">
      {done} {counted(left, "secret is", "secrets are")} still wrapped with another key.
      {broken.length > 0 &&
        ` These do not open and have to be entered again: ${broken.join(", ")}.`}
    </Alert>
  );
}
