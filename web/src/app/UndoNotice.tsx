// After a deletion: Undo for some seconds; or, when the server refused it, why it is still there.
import { Button, CloseButton, Group, Paper, Portal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import {
  dismissRefusal,
  holdDeletion,
  lastDeletion,
  resumeDeletion,
  sendDeletion,
  subscribeToDeletion,
  undoDeletion,
} from "@/api/deletion";
import classes from "./UndoNotice.module.css";

export function UndoNotice() {
  const deletion = useSyncExternalStore(subscribeToDeletion, lastDeletion);
  const queries = useQueryClient();
  const router = useRouter();

  // The lists leave out what is being deleted, and show it again when it is not.
  useEffect(
    () =>
      subscribeToDeletion(() => {
        void queries.invalidateQueries({ queryKey: ["sources"] });
        void queries.invalidateQueries({ queryKey: ["queries"], exact: true });
      }),
    [queries],
  );
  useEffect(() => {
    const leave = () => void sendDeletion();
    window.addEventListener("pagehide", leave);
    return () => window.removeEventListener("pagehide", leave);
  }, []);

  const undo = () => {
    const place = deletion?.place;
    undoDeletion();
    if (place) void router.navigate({ to: place });
  };

  return (
    <Portal>
      <div
        role="status"
        className={classes.place}
        onPointerEnter={holdDeletion}
        onPointerLeave={resumeDeletion}
        onFocus={holdDeletion}
        onBlur={resumeDeletion}
      >
        {deletion && (
          <Paper withBorder shadow="md" px="md" py="xs">
            <Group gap="sm" wrap="nowrap">
              <Text size="sm">
                {deletion.refusal ? (
                  <>
                    The {deletion.what} was not deleted: {deletion.refusal}
                  </>
                ) : (
                  <>Deleted the {deletion.what}</>
                )}
              </Text>
              {!deletion.refusal && (
                <Button size="compact-sm" variant="light" flex="none" onClick={undo}>
                  Undo
                </Button>
              )}
              <CloseButton
                size="sm"
                aria-label="Close this message"
                onClick={deletion.refusal ? dismissRefusal : () => void sendDeletion()}
              />
            </Group>
          </Paper>
        )}
      </div>
    </Portal>
  );
}
