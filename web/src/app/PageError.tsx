// What stands where a page failed to load or to draw: words and a way on, never a stack.
import { Button, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { inWords } from "@/lib/problem";

export function PageError({ error }: ErrorComponentProps) {
  return (
    <Stack align="center" gap="xs" py={80} px="md" role="alert">
      <Title order={1} size="h3">
        This page could not be shown
      </Title>
      <Text c="dimmed">{inWords(error)}</Text>
      <Button variant="default" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Stack>
  );
}
