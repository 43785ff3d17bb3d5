// A one-time link, to be copied and handed to the person it is for.
import { Button, Group, Stack, Text } from "@mantine/core";
import type { Invitation } from "@/api/people";
import { CopyBlock } from "@/ui/CopyBlock";
import { RelativeTime } from "@/ui/RelativeTime";

interface LinkToHandOnProps {
  invitation: Invitation;
  onDone: () => void;
}

export function LinkToHandOn({ invitation, onDone }: LinkToHandOnProps) {
  const { link, link_expires_at: ends } = invitation;
  if (link === null || ends === null) return null;
  return (
    <Stack>
      <CopyBlock label="Link" text={link} autoFocus />
      <Text size="sm" c="dimmed">
        It works once and ends <RelativeTime at={ends} />. Whoever opens it chooses the password:
        hand it only to the person it is for. It is not shown again.
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
