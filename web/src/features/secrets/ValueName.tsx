// A value's name, and what to write in a template to get it, ready to copy.
import { Group, Text } from "@mantine/core";
import { CopyText } from "@/ui/CopyText";

export function ValueName({ name, space }: { name: string; space: "secrets" | "constants" }) {
  const template = `{{ ${space}.${name} }}`;
  return (
    <Group gap={4} wrap="nowrap">
      <Text span size="sm" fw={600} className="sk-code">
        {name}
      </Text>
      <CopyText text={template} label={`Copy ${template}`} />
    </Group>
  );
}
