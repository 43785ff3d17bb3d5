// Deletes a source, with Undo; while queries use it, says which ones instead.
import { ActionIcon, List, Modal, Text, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { queriesQuery } from "@/api/queries";
import { deleteSource } from "@/api/sources";
import type { DataSource, Query } from "@/api/types";
import { TrashIcon } from "@/ui/icons";
import { AnchorLink } from "@/ui/links";

interface DeleteSourceProps {
  source: DataSource;
  onDeleted: () => void;
}

export function DeleteSource({ source, onDeleted }: DeleteSourceProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [users, setUsers] = useState<Query[]>([]);
  const [busy, setBusy] = useState(false);

  const remove = async () => {
    setBusy(true);
    try {
      const all = await queries.fetchQuery({ ...queriesQuery, staleTime: 0 });
      const using = all.filter((query) => query.data_source === source.id);
      if (using.length > 0) return setUsers(using);
    } catch {
      // Whether anything uses it is for the server to say then.
    } finally {
      setBusy(false);
    }
    deleteSource(source);
    onDeleted();
    await navigate({ to: "/data-sources", ignoreBlocker: true });
    queries.removeQueries({ queryKey: ["source", source.id] });
  };

  return (
    <>
      <Tooltip label="Delete">
        <ActionIcon
          variant="default"
          size={36}
          aria-label="Delete"
          loading={busy}
          onClick={() => void remove()}
        >
          <TrashIcon size={16} />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={users.length > 0}
        onClose={() => setUsers([])}
        title={`${source.name} is in use`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">These queries use the data source; delete them first.</Text>
        <List size="sm" mt="xs" mah="50dvh" style={{ overflowY: "auto" }}>
          {users.map(({ id, name }) => (
            <List.Item key={id}>
              <AnchorLink to="/queries/$id" params={{ id }} size="sm">
                {name}
              </AnchorLink>
            </List.Item>
          ))}
        </List>
      </Modal>
    </>
  );
}
