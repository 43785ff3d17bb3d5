// The signed-in frame: header, navigation, page. Without a session it is the sign-in page.
import { AppShell, Box, Burger, Button, Center, Group, Loader, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { onSessionEnd } from "@/api/client";
import { sessionQuery } from "@/api/session";
import type { Role } from "@/api/types";
import { SignInForm } from "@/features/session/SignInForm";
import { SignInPage } from "@/features/session/SignInPage";
import { inWords } from "@/lib/problem";
import { onOwnerChange } from "@/lib/work";
import { Brand } from "@/ui/Brand";
import { EmptyState } from "@/ui/EmptyState";
import { SchemeSwitch } from "@/ui/SchemeSwitch";
import { Navigation } from "./Navigation";
import { NotAllowed } from "./NotAllowed";
import { PaletteButton } from "./PaletteButton";
import { deniedPage } from "./pages";
import { UserMenu } from "./UserMenu";

export function Shell() {
  const queries = useQueryClient();
  const session = useQuery(sessionQuery);
  const { data: user, dataUpdatedAt } = session;
  const [expired, setExpired] = useState(false);

  useEffect(() => onSessionEnd(() => setExpired(true)), []);
  useEffect(
    () =>
      onOwnerChange(() => {
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
        void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }),
    [queries],
  );
  // By time, not by value: the same person signing in again is the same value.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer about the session counts
  useEffect(() => {
    if (user) setExpired(false);
  }, [user, dataUpdatedAt]);

  if (session.isError && !user) {
    return (
      <EmptyState title="Sourcekeep could not be reached" text={inWords(session.error)}>
        <Button variant="default" onClick={() => void session.refetch()}>
          Try again
        </Button>
      </EmptyState>
    );
  }
  if (session.isPending) {
    return (
      <Center mih="100dvh">
        <Loader role="status" aria-label="Loading" />
      </Center>
    );
  }
  if (!user) return <SignInPage />;
  return (
    <>
      <Frame key={user.id} role={user.role} />
      <Modal
        opened={expired}
        onClose={() => {
          setExpired(false);
          queries.setQueryData(sessionQuery.queryKey, null);
        }}
        title="Sign in again"
        closeButtonProps={{ "aria-label": "Leave this page and sign in" }}
        closeOnClickOutside={false}
      >
        <Text size="sm" c="dimmed" mb="md">
          Your session ended. What you were working on is still here.
        </Text>
        <SignInForm />
      </Modal>
    </>
  );
}

function Frame({ role }: { role: Role }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const denied = deniedPage(pathname, role);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the small-screen menu
  useEffect(close, [pathname]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !opened } }}
      transitionDuration={0}
    >
      <a href="#main" className="sk-skip">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
              aria-expanded={opened}
            />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <PaletteButton />
            <Box visibleFrom="xs">
              <SchemeSwitch />
            </Box>
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation role={role} />
        {/* Where the header has no room for it. */}
        <Box hiddenFrom="xs" mt="auto">
          <SchemeSwitch />
        </Box>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        {denied ? <NotAllowed page={denied} role={role} /> : <Outlet />}
      </AppShell.Main>
    </AppShell>
  );
}
