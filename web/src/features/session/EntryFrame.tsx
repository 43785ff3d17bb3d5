// The quiet page around sign-in and the first account.
import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Brand } from "@/ui/Brand";
import { usePageTitle } from "@/ui/usePageTitle";

interface EntryFrameProps {
  title: string;
  text?: string;
  children: ReactNode;
}

export function EntryFrame({ title, text, children }: EntryFrameProps) {
  usePageTitle(title);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={380} gap="lg">
        <Brand />
        <Paper withBorder p="lg">
          <Stack>
            <div>
              <Title order={1} size="h3">
                {title}
              </Title>
              {text && (
                <Text c="dimmed" size="sm" mt={4}>
                  {text}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
      </Stack>
    </Center>
  );
}
