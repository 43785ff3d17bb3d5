// 412: the source was changed elsewhere since it was opened here. Nothing is overwritten unseen.
import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { inWords } from "@/lib/problem";
import type { SourceForm } from "./useSourceForm";

export function StaleDialog({ form }: { form: SourceForm }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const take = async (keepMine: boolean) => {
    setBusy(true);
    setError(null);
    try {
      await form.takeLatest(keepMine);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      opened={form.stale}
      onClose={() => void take(true)}
      title="Changed elsewhere"
      closeButtonProps={{ "aria-label": "Keep my changes" }}
      closeOnClickOutside={false}
    >
      <Text size="sm">
        Someone saved this data source after you opened it, so your changes were not saved. Keep
        them to see them on top of the new version and save again, or reload to drop them.
      </Text>
      {error !== null && (
        <Alert color="red" role="alert" mt="md">
          {inWords(error)}
        </Alert>
      )}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" loading={busy} onClick={() => void take(false)}>
          Reload
        </Button>
        <Button data-autofocus loading={busy} onClick={() => void take(true)}>
          Keep mine
        </Button>
      </Group>
    </Modal>
  );
}
