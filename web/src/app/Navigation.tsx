// The pages, on the left: those that the person's role has a use for.
import { NavLink, Stack } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { Role } from "@/api/types";
import { isAt, pagesFor } from "./pages";

export function Navigation({ role }: { role: Role }) {
  const { pathname } = useLocation();
  return (
    <Stack component="nav" gap={2} aria-label="Pages">
      {pagesFor(role).map(({ to, label, Icon }) => {
        const here = isAt(pathname, to);
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
