// The mark and the name.
import { Group, Text } from "@mantine/core";

export function Brand() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/icon.svg" width={26} height={26} alt="" />
      <Text fw={650} size="md">
        Sourcekeep
      </Text>
    </Group>
  );
}
