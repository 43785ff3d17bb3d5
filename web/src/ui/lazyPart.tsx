// A part of a page in a file of its own. One that can't be had takes nothing else with it.
import { Button, Group, Text } from "@mantine/core";
import { type ComponentType, lazy } from "react";
import { arriving } from "@/lib/arriving";

export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  instead: ComponentType = NotLoaded,
) {
  return lazy(async (): Promise<{ default: ComponentType<Props> }> => {
    try {
      return { default: await arriving(load) };
    } catch {
      return { default: instead as ComponentType<Props> };
    }
  });
}

/** A browser does not ask again for a file that it once failed to get; only a new page does. */
function NotLoaded() {
  return (
    <Group gap="sm" role="status">
      <Text size="sm">This part of the page could not be loaded.</Text>
      <Button size="compact-sm" variant="default" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Group>
  );
}
