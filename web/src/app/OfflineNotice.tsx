// Says that the server does not answer, tries again, and brings the page up to date once it does.
import { Button, Group, Loader, Paper, Portal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { isReachable, probe, setReachable, subscribe } from "@/lib/reachability";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

export function OfflineNotice() {
  const reachable = useSyncExternalStore(subscribe, isReachable);
  const queries = useQueryClient();
  const tryNow = useRef(() => {});

  useEffect(() => {
    if (reachable) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    let asking = false;
    let wait = FIRST_WAIT_MS;
    const attempt = async () => {
      if (asking) return;
      asking = true;
      const back = await probe();
      asking = false;
      if (stopped) return;
      if (back) {
        setReachable(true);
        // Not a known session: should it have ended, the next call says so and keeps unsaved work.
        void queries.invalidateQueries({
          predicate: ({ queryKey, state }) => queryKey[0] !== "session" || !state.data,
        });
      } else {
        wait = Math.min(wait * 1.5, LONGEST_WAIT_MS);
        timer = setTimeout(attempt, wait);
      }
    };
    tryNow.current = () => {
      clearTimeout(timer);
      void attempt();
    };
    timer = setTimeout(attempt, wait);
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
              <Button
                size="compact-sm"
                variant="default"
                flex="none"
                onClick={() => tryNow.current()}
              >
                Try now
              </Button>
            </Group>
          </Paper>
        )}
      </div>
    </Portal>
  );
}
