// Who is signed in, and the way out.
import { Button, Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { sendDeletion } from "@/api/deletion";
import { sessionQuery, signOut } from "@/api/session";
import { DownIcon, UserIcon } from "@/ui/icons";
import { ItemLink } from "@/ui/links";

export function UserMenu() {
  const queries = useQueryClient();
  const { data: user } = useQuery(sessionQuery);
  const exit = useMutation({
    mutationFn: async () => {
      await sendDeletion();
      await signOut();
    },
    onSuccess: () => {
      queries.setQueryData(sessionQuery.queryKey, null);
      // Nothing that the last person saw is kept for the next one.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    },
  });
  if (!user) return null;
  const name = user.name || user.email;
  return (
    <Menu position="bottom-end" width={220} withinPortal={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          c="var(--mantine-color-text)"
          leftSection={<UserIcon />}
          rightSection={<DownIcon size={14} />}
          aria-label={`Account: ${name}`}
          classNames={{ label: "sk-user-name" }}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email} · {user.role}
        </Menu.Label>
        <ItemLink to="/settings/account">My account</ItemLink>
        <Menu.Item onClick={() => exit.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
