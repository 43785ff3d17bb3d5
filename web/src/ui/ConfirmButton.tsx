// A button for what cannot be undone: asks once, says why when it is refused.
import { Alert, Button, type ButtonProps, Group, Modal, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { inWords } from "@/lib/problem";

interface ConfirmButtonProps extends ButtonProps {
  children: ReactNode;
  title: string;
  text: ReactNode;
  /** The word on the button that does it. */
  verb: string;
  onConfirm: () => Promise<unknown>;
  /** More about a refusal than its one sentence. */
  explain?: (error: unknown) => ReactNode;
}

export function ConfirmButton(props: ConfirmButtonProps) {
  const { children, title, text, verb, onConfirm, explain, ...button } = props;
  const [opened, setOpened] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const close = () => {
    setOpened(false);
    setError(null);
  };
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button variant="default" {...button} onClick={() => setOpened(true)}>
        {children}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm" component="div">
          {text}
        </Text>
        {error !== null && (
          <Alert color="red" role="alert" mt="md">
            {explain?.(error) ?? inWords(error)}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="default" data-autofocus onClick={close}>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={confirm}>
            {verb}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
