// "New query": at once when there is one data source, after choosing one when there are several.
import { Button, type ButtonProps, Menu, ScrollArea } from "@mantine/core";
import type { DataSource } from "@/api/types";
import { PlusIcon } from "@/ui/icons";
import { ButtonLink, ItemLink } from "@/ui/links";

interface Props extends ButtonProps {
  sources: DataSource[];
}

export function NewQuery({ sources, ...button }: Props) {
  const [only] = sources;
  const look = { size: "xs", leftSection: <PlusIcon size={16} />, ...button } as const;
  if (only && sources.length === 1) {
    return (
      <ButtonLink {...look} to="/queries" search={{ new: only.id }} preload={false}>
        New query
      </ButtonLink>
    );
  }
  return (
    <Menu position="bottom-start" width={220} withinPortal={false}>
      <Menu.Target>
        <Button {...look}>New query</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>On which data source?</Menu.Label>
        <ScrollArea.Autosize mah={320}>
          {sources.map((source) => (
            <ItemLink key={source.id} to="/queries" search={{ new: source.id }} preload={false}>
              {source.name}
            </ItemLink>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
