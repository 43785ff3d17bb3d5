// Deletes a query, with Undo; its runs stay in the history.
import { Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteQuery, queryQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { TrashIcon } from "@/ui/icons";
import { closeTab } from "./openTabs";
import { forgetRuns } from "./runStore";

export function DeleteQuery({ query }: { query: Query }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = async () => {
    deleteQuery(query);
    closeTab(query.id);
    forgetRuns(query.id);
    // Unsaved changes of what is gone are not to be asked about.
    await navigate({ to: "/queries", search: { new: undefined }, ignoreBlocker: true });
    queries.removeQueries({ queryKey: queryQuery(query.id).queryKey });
  };
  return (
    <Menu.Item
      color="var(--mantine-color-error)"
      leftSection={<TrashIcon size={16} />}
      onClick={() => void remove()}
    >
      Delete
    </Menu.Item>
  );
}
