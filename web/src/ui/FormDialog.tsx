// A form in a dialog: it is not lost by a click beside it, and ends with the one button that sends it.
import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";

interface FormDialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

export function FormDialog({ title, onClose, children }: FormDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
    >
      {children}
    </Modal>
  );
}

interface FormButtonsProps {
  /** The word on the button that sends the form. */
  verb: string;
  busy: boolean;
  onCancel: () => void;
}

export function FormButtons({ verb, busy, onCancel }: FormButtonsProps) {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy}>
        {verb}
      </Button>
    </Group>
  );
}
