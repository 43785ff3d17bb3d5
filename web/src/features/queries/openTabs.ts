// Which queries are open, in the order of their tabs, and which of them hold unsaved work.
import { useSyncExternalStore } from "react";
import { onWorkChange, readWork, removeWork, writeWork } from "@/lib/work";
import { draftName } from "./keptDraft";

export interface OpenTab {
  id: string;
  name: string;
  method: string;
}

export interface TabOnScreen extends OpenTab {
  unsaved: boolean;
}

const TABS = "tabs";
const MOST_TABS = 30;

function stored(): OpenTab[] {
  try {
    const tabs: unknown = JSON.parse(readWork(TABS) ?? "[]");
    return Array.isArray(tabs) ? tabs.filter(isTab) : [];
  } catch {
    return [];
  }
}

function isTab(entry: unknown): entry is OpenTab {
  return (
    typeof entry === "object" &&
    entry !== null &&
    ["id", "name", "method"].every((name) => typeof Reflect.get(entry, name) === "string")
  );
}

function store(tabs: OpenTab[]): void {
  writeWork(TABS, JSON.stringify(tabs));
}

/** Opened at the end, or, when it is open already, called as it is called now. */
export function openTab({ id, name, method }: OpenTab): void {
  const tabs = stored();
  const at = tabs.findIndex((tab) => tab.id === id);
  const now = tabs[at];
  if (now?.name === name && now.method === method) return;
  const tab = { id, name, method };
  // The oldest one that loses nothing makes room.
  const spare =
    !now && tabs.length >= MOST_TABS ? tabs.findIndex((other) => !isUnsaved(other.id)) : -1;
  store(now ? tabs.with(at, tab) : [...tabs.filter((_, place) => place !== spare), tab]);
}

/** Closes it, with what was not saved of it, and says which one stands in its place. */
export function closeTab(id: string): OpenTab | undefined {
  const tabs = stored();
  const at = tabs.findIndex((tab) => tab.id === id);
  removeWork(draftName(id));
  if (at === -1) return undefined;
  store(tabs.toSpliced(at, 1));
  return tabs[at + 1] ?? tabs[at - 1];
}

function isUnsaved(id: string): boolean {
  return readWork(draftName(id)) !== null;
}

/** The same value until something changes, as React asks of a store. */
let snapshot: TabOnScreen[] = [];
let seen = "";

function tabsNow(): TabOnScreen[] {
  const tabs = stored().map((tab) => ({ ...tab, unsaved: isUnsaved(tab.id) }));
  const text = JSON.stringify(tabs);
  if (text !== seen) {
    seen = text;
    snapshot = tabs;
  }
  return snapshot;
}

export function useOpenTabs(): TabOnScreen[] {
  return useSyncExternalStore(onWorkChange, tabsNow);
}
