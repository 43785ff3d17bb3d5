// /settings/keys: the master keys, what each still wraps, and the change to a new one under way.
import { Alert, Badge, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KEYS, keysQuery, type MasterKey, rotateKeys } from "@/api/keys";
import { counted } from "@/lib/measure";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { usePageTitle } from "@/ui/usePageTitle";
import { Waiting } from "@/ui/Waiting";

const COLUMNS = [
  { label: "Key", width: "minmax(0, 4fr)" },
  { label: "Use", width: "minmax(0, 3fr)" },
  { label: "Secrets it wraps", width: "minmax(0, 2fr)" },
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
      {rotating.data && (
        <Alert color="keep" role="status" title="Done">
          {reportWords(rotating.data, keys)}
        </Alert>
      )}
      <Group>
        <ConfirmButton
          title="Change to a new master key?"
          text="A new key is made and every stored secret is wrapped with it, while runs go on. Take a new backup of the key afterwards: without it, a restored database cannot be opened."
          verb="Rotate"
          loading={rotating.isPending}
          onConfirm={async () => {
            rotating.mutate();
          }}
        >
          Rotate the master key
        </ConfirmButton>
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

/** What the server counted; in a few words when it tells nothing that is known here. */
function reportWords(report: Record<string, unknown>, keys: MasterKey[]): string {
  const counts = Object.entries(report).filter(([, value]) => typeof value === "number");
  const current = keys.find((key) => key.current);
  const parts = counts.map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`);
  return [current ? `The current key is ${current.id}.` : "", parts.join(", ")]
    .filter(Boolean)
    .join(" ");
}
