// Which columns of a table are shown, and which nested objects stand unfolded.
import { Button, Checkbox, Group, Popover, ScrollArea, Stack, Switch, Text } from "@mantine/core";
import type { Columns } from "./tableColumns";

interface Props {
  columns: Columns;
  /** Ids of the columns that are not shown. */
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
  onUnfold: (id: string, unfolded: boolean) => void;
}

export function ResultColumns({ columns, hidden, onHidden, onUnfold }: Props) {
  const shown = columns.shown.filter(({ id }) => !hidden.has(id)).length;
  const set = (id: string, visible: boolean) => {
    const next = new Set(hidden);
    if (visible) next.delete(id);
    else next.add(id);
    onHidden(next);
  };
  return (
    <Popover
      position="bottom-end"
      width={280}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal={false}
    >
      <Popover.Target>
        <Button size="compact-xs" variant="default">
          Columns
          {shown < columns.shown.length && ` ${shown} of ${columns.shown.length}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Group gap="xs">
            <Button size="compact-xs" variant="default" onClick={() => onHidden(new Set())}>
              Show all
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onHidden(new Set(columns.shown.map(({ id }) => id)))}
            >
              Hide all
            </Button>
          </Group>
          <ScrollArea.Autosize
            mah={240}
            type="auto"
            viewportProps={{ tabIndex: 0, role: "group", "aria-label": "Columns to show" }}
          >
            <Stack gap={6}>
              {columns.shown.map(({ id, name }) => (
                <Checkbox
                  key={id}
                  size="xs"
                  label={name}
                  checked={!hidden.has(id)}
                  onChange={(event) => set(id, event.currentTarget.checked)}
                />
              ))}
            </Stack>
          </ScrollArea.Autosize>
          {columns.nested.length > 0 && (
            <Stack gap={6} role="group" aria-label="Nested values">
              <Text size="xs" c="dimmed">
                Nested values, a column for each member
              </Text>
              {columns.nested.map(({ id, name, unfolded }) => (
                <Switch
                  key={id}
                  size="xs"
                  label={`Unfold ${name}`}
                  checked={unfolded}
                  onChange={(event) => onUnfold(id, event.currentTarget.checked)}
                />
              ))}
            </Stack>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
