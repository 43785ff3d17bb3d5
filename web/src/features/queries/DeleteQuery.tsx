// Asks once before a query goes; its runs stay in the history.
import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteQuery, queryQuery } from "@/api/queries";
import type { Query } from "@/api/types";
import { inWords } from "@/lib/problem";

interface Props {
  query: Query;
  opened: boolean;
  onClose: () => void;
}

export function DeleteQuery({ query, opened, onClose }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const deleting = useMutation({
    mutationFn: () => deleteQuery(query.id),
    onSuccess: async () => {
      // Unsaved changes of what is gone are not to be asked about.
      await navigate({ to: "/queries", search: { new: undefined }, ignoreBlocker: true });
      queries.removeQueries({ queryKey: queryQuery(query.id).queryKey });
      await queries.invalidateQueries({ queryKey: ["queries"], exact: true });
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Delete ${query.name}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Text size="sm">Programs that run it will be refused. The history of its runs stays.</Text>
      {deleting.error && (
        <Alert color="red" role="alert" mt="md">
          {inWords(deleting.error)}
        </Alert>
      )}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={deleting.isPending} onClick={() => deleting.mutate()}>
          Delete
        </Button>
      </Group>
    </Modal>
  );
}
