// What stands at an address that is none.
import { Anchor, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { usePageTitle } from "@/ui/usePageTitle";

export function NotFound() {
  usePageTitle("No such page");
  return (
    <Stack align="center" gap="xs" py={80} px="md">
      <Title order={1} size="h3">
        There is no such page
      </Title>
      <Text c="dimmed">The address may be mistyped, or what it named was deleted.</Text>
      <Anchor component={Link} to="/data-sources">
        Go to Data Sources
      </Anchor>
    </Stack>
  );
}
