// Deletes a secret or a constant; one that templates name says so, and where, and stays.
import { Button, Modal, Text } from "@mantine/core";
import { useState } from "react";
import type { Use } from "@/api/templateValues";
import { counted } from "@/lib/measure";
import { ApiProblem, inWords } from "@/lib/problem";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { WhereUsed } from "./WhereUsed";

interface DeleteValueProps {
  noun: "secret" | "constant";
  name: string;
  uses: Use[];
  onDelete: () => Promise<unknown>;
}

export function DeleteValue({ noun, name, uses, onDelete }: DeleteValueProps) {
  if (uses.length > 0) return <InUse noun={noun} name={name} uses={uses} />;
  return (
    <ConfirmButton
      size="compact-sm"
      aria-label={`Delete ${noun} ${name}`}
      title={`Delete ${name}?`}
      text={
        noun === "secret"
          ? "Its value is erased and cannot be brought back."
          : "Templates cannot name it any more."
      }
      verb="Delete"
      onConfirm={onDelete}
      explain={inUseWords}
    >
      Delete
    </ConfirmButton>
  );
}

/** Someone began to use it since the list was read: the server names them. */
function inUseWords(error: unknown): string {
  const names = error instanceof ApiProblem ? error.body.names : null;
  const listed = Array.isArray(names) ? ` In use by: ${names.join(", ")}.` : "";
  return `${inWords(error)}${listed}`;
}

function InUse({ noun, name, uses }: Omit<DeleteValueProps, "onDelete">) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={`Delete ${noun} ${name}`}
        onClick={() => setOpened(true)}
      >
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`${name} is in use`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text size="sm">
          {counted(uses.length, "place names", "places name")} this {noun}. Take it out there first,
          then it can be deleted:
        </Text>
        <Text size="sm" mt="xs">
          <WhereUsed uses={uses} />
        </Text>
      </Modal>
    </>
  );
}
