// One's own sessions: end one of them, or all.
import { Badge, Group, Stack } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { endSession, sessionsQuery, signOutEverywhere } from "@/api/people";
import { sessionQuery } from "@/api/session";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { RelativeTime } from "@/ui/RelativeTime";
import { Waiting } from "@/ui/Waiting";
import { agentWords } from "./agentWords";

const COLUMNS = [
  { label: "Browser", width: "minmax(0, 4fr)" },
  { label: "Signed in", width: "minmax(0, 2fr)" },
  { label: "Last seen", width: "minmax(0, 2fr)" },
  { label: "Actions", width: "72px", quiet: true },
] as const;

export function Sessions() {
  const queries = useQueryClient();
  const { data: sessions, error } = useQuery(sessionsQuery);
  if (!sessions) return error ? <Refusal error={error} /> : <Waiting />;

  const end = async (id: string) => {
    await endSession(id);
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  const endAll = async () => {
    await signOutEverywhere();
    queries.setQueryData(sessionQuery.queryKey, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  };
  return (
    <Stack>
      <ListTable
        label="Sessions"
        columns={COLUMNS}
        rows={sessions.map((session) => {
          const words = agentWords(session.user_agent);
          return {
            key: session.id,
            cells: [
              <Group key="browser" gap={8} title={session.user_agent}>
                {words}
                {session.current && (
                  <Badge variant="light" tt="none" radius="sm">
                    This one
                  </Badge>
                )}
              </Group>,
              <RelativeTime key="started" at={session.created_at} />,
              <RelativeTime key="seen" at={session.last_seen_at} />,
              session.current ? null : (
                <ConfirmButton
                  key="end"
                  size="compact-sm"
                  aria-label={`End the session: ${words}`}
                  title="End this session?"
                  text={`${words} has to sign in again.`}
                  verb="End it"
                  onConfirm={() => end(session.id)}
                >
                  End
                </ConfirmButton>
              ),
            ],
          };
        })}
      />
      <div>
        <ConfirmButton
          title="Sign out everywhere?"
          text="Every session of yours ends, this one too. Unsaved work in other windows is lost."
          verb="Sign out everywhere"
          onConfirm={endAll}
        >
          Sign out everywhere
        </ConfirmButton>
      </div>
    </Stack>
  );
}
