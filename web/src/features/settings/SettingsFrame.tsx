// /settings: one's own account, and for admins people and keys, each at an address of its own.
import { Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { sessionQuery } from "@/api/session";
import classes from "./SettingsFrame.module.css";

export function SettingsFrame() {
  const { data: user } = useQuery(sessionQuery);
  return (
    <Stack p="md" gap="md" maw={1000}>
      <Title order={1} size="h3">
        Settings
      </Title>
      <nav aria-label="Settings" className={classes.tabs}>
        <Link to="/settings/account">My account</Link>
        {user?.role === "admin" && (
          <>
            <Link to="/settings/people">People</Link>
            <Link to="/settings/keys">Keys</Link>
          </>
        )}
      </nav>
      <Outlet />
    </Stack>
  );
}
