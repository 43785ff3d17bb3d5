// What stands at the address of a page that the person's role may not use.
import { Stack, Text, Title } from "@mantine/core";
import type { Role } from "@/api/types";
import { AnchorLink } from "@/ui/links";
import { usePageTitle } from "@/ui/usePageTitle";

export function NotAllowed({ page, role }: { page: string; role: Role }) {
  usePageTitle(page);
  return (
    <Stack align="center" gap="xs" py={80} px="md" ta="center">
      <Title order={1} size="h3">
        {page} is not open to your role
      </Title>
      <Text c="dimmed" maw={460}>
        You are signed in as {role}. If you need this page, ask an admin here to change your role.
      </Text>
      <AnchorLink to="/queries">Go to Queries</AnchorLink>
    </Stack>
  );
}
