// Says that the server does not answer, tries again, and brings the page up to date once it does.
import { Group, Loader, Paper, Portal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { isReachable, probe, setReachable, subscribe } from "@/api/reachability";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

export function OfflineNotice() {
  const reachable = useSyncExternalStore(subscribe, isReachable);
  const queries = useQueryClient();

  useEffect(() => {
    if (reachable) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const attempt = async (wait: number) => {
      const back = await probe();
      if (stopped) return;
      if (back) {
        setReachable(true);
        // Not a known session: should it have ended, the next call says so and keeps unsaved work.
        void queries.invalidateQueries({
          predicate: ({ queryKey, state }) => queryKey[0] !== "session" || !state.data,
        });
      } else {
        timer = setTimeout(attempt, wait, Math.min(wait * 1.5, LONGEST_WAIT_MS));
      }
    };
    timer = setTimeout(attempt, FIRST_WAIT_MS, FIRST_WAIT_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [reachable, queries]);

  return (
    <Portal>
      <div role="status" className="sk-offline">
        {!reachable && (
          <Paper withBorder shadow="md" px="md" py="xs">
            <Group gap="sm" wrap="nowrap">
              <Loader size="xs" aria-hidden />
              <Text size="sm">Sourcekeep does not answer; trying again…</Text>
            </Group>
          </Paper>
        )}
      </div>
    </Portal>
  );
}
