// The open queries side by side: a link each, closed by its cross, the Delete key or the middle button.
import { Button, Group, Loader, Modal, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { CloseIcon } from "@/ui/icons";
import classes from "./OpenTabs.module.css";
import { closeTab, type TabOnScreen, useOpenTabs } from "./openTabs";
import { forgetRuns, useRunning } from "./runStore";

export function OpenTabs({ chosen }: { chosen: string | undefined }) {
  const tabs = useOpenTabs();
  const running = useRunning();
  const navigate = useNavigate();
  const list = useRef<HTMLElement>(null);
  const [asked, setAsked] = useState<TabOnScreen | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen tab is brought into view
  useEffect(() => {
    const current = list.current?.querySelector('[aria-current="page"]');
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen, tabs.length]);

  const close = (tab: TabOnScreen) => {
    setAsked(null);
    const next = closeTab(tab.id);
    forgetRuns(tab.id);
    if (tab.id !== chosen) return;
    if (next) void navigate({ to: "/queries/$id", params: { id: next.id }, ignoreBlocker: true });
    else void navigate({ to: "/queries", search: { new: undefined }, ignoreBlocker: true });
  };
  const ask = (tab: TabOnScreen) => (tab.unsaved ? setAsked(tab) : close(tab));

  if (tabs.length === 0) return null;
  return (
    <nav ref={list} aria-label="Open queries" className={classes.tabs}>
      {tabs.map((tab) => (
        <Tab
          key={tab.id}
          tab={tab}
          isChosen={tab.id === chosen}
          isRunning={running.has(tab.id)}
          onClose={() => ask(tab)}
        />
      ))}
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={`Close ${asked?.name} without saving?`}
        closeButtonProps={{ "aria-label": "Keep it open" }}
      >
        <Text size="sm">What you changed in this query is not saved and would be lost.</Text>
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="default" onClick={() => asked && close(asked)}>
            Discard changes
          </Button>
          <Button data-autofocus onClick={() => setAsked(null)}>
            Keep it open
          </Button>
        </Group>
      </Modal>
    </nav>
  );
}

interface TabProps {
  tab: TabOnScreen;
  isChosen: boolean;
  isRunning: boolean;
  onClose: () => void;
}

function Tab({ tab, isChosen, isRunning, onClose }: TabProps) {
  const { id, name, method, unsaved } = tab;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Delete") return;
    event.preventDefault();
    onClose();
  };
  const onMiddle = (event: MouseEvent) => {
    if (event.button !== 1) return;
    event.preventDefault();
    onClose();
  };
  return (
    <div className={classes.tab} data-chosen={isChosen || undefined}>
      <Link
        to="/queries/$id"
        params={{ id }}
        preload={false}
        className={classes.link}
        aria-current={isChosen ? "page" : undefined}
        title={`${method} ${name}`}
        onKeyDown={onKeyDown}
        onAuxClick={onMiddle}
      >
        <span className={classes.method}>{method}</span>
        <span className={classes.name}>{name}</span>
        {isRunning && <Loader size={12} role="img" aria-label="Running" />}
        {unsaved && <span className={classes.unsaved} role="img" aria-label="Unsaved changes" />}
      </Link>
      <button
        type="button"
        className={classes.close}
        aria-label={`Close ${name}`}
        title="Close (Delete)"
        onClick={onClose}
      >
        <CloseIcon size={12} />
      </button>
    </div>
  );
}
