// The pages, on the left.
import { NavLink, Stack } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import { PAGES } from "./pages";

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
