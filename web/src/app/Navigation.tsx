// The pages there are. One that does not exist yet is not named.
import { NavLink, Stack } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { QueriesIcon, RunsIcon, SourcesIcon } from "@/ui/icons";

const PAGES = [
  { to: "/data-sources", label: "Data Sources", Icon: SourcesIcon },
  { to: "/queries", label: "Queries", Icon: QueriesIcon },
  { to: "/runs", label: "Runs", Icon: RunsIcon },
] as const;

export function Navigation() {
  const { pathname } = useLocation();
  return (
    <Stack component="nav" gap={2} aria-label="Pages">
      {PAGES.map(({ to, label, Icon }) => {
        const here = pathname === to || pathname.startsWith(`${to}/`);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            leftSection={<Icon />}
            active={here}
            aria-current={here ? "page" : undefined}
          />
        );
      })}
    </Stack>
  );
}
