// A JSON value as the rows of a tree: only what stands unfolded is walked. Pure.
import { stringifyExact } from "@/lib/exactJson";
import type { Step } from "@/lib/jsonPath";
import { isFields } from "@/lib/mergePatch";
import { cellText } from "./tableColumns";

export interface TreeNode {
  /** Name or index in the parent; null for the whole. */
  step: Step | null;
  value: unknown;
  parent: TreeNode | null;
  depth: number;
  /** From 1, among its siblings. */
  place: number;
  siblings: number;
  /** Members or items; null for a value that has none of its own. */
  size: number | null;
}

/** Containers are told apart by identity: each is an object of its own. */
export type Unfolded = ReadonlySet<unknown>;

export function isContainer(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || isFields(value);
}

function sizeOf(value: unknown): number | null {
  if (!isContainer(value)) return null;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

export function stepsOf(node: TreeNode): Step[] {
  const steps: Step[] = [];
  for (let at: TreeNode | null = node; at?.parent; at = at.parent) steps.unshift(at.step as Step);
  return steps;
}

export function rootOf(value: unknown): TreeNode {
  return { step: null, value, parent: null, depth: 0, place: 1, siblings: 1, size: sizeOf(value) };
}

function childrenOf(parent: TreeNode): TreeNode[] {
  const { value } = parent;
  if (!isContainer(value)) return [];
  const entries: [Step, unknown][] = Array.isArray(value)
    ? value.map((item, at) => [at, item])
    : Object.entries(value);
  return entries.map(([step, its], at) => ({
    step,
    value: its,
    parent,
    depth: parent.depth + 1,
    place: at + 1,
    siblings: entries.length,
    size: sizeOf(its),
  }));
}

/** The rows in view of the tree, from top to bottom. */
export function visibleNodes(root: unknown, unfolded: Unfolded): TreeNode[] {
  const nodes: TreeNode[] = [];
  const waiting = [rootOf(root)];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    nodes.push(node);
    if (!unfolded.has(node.value)) continue;
    const children = childrenOf(node);
    for (let at = children.length - 1; at >= 0; at -= 1) waiting.push(children[at] as TreeNode);
  }
  return nodes;
}

/** Containers from the top down, level by level, while no more than `most` rows come of it. */
export function unfoldedAtFirst(root: unknown, most: number): Set<unknown> {
  const unfolded = new Set<unknown>();
  let rows = 1;
  let level: unknown[] = [root];
  while (level.length > 0) {
    const next: unknown[] = [];
    for (const value of level) {
      if (!isContainer(value)) continue;
      const size = sizeOf(value) ?? 0;
      if (rows + size > most && value !== root) return unfolded;
      rows += size;
      unfolded.add(value);
      if (rows <= most) for (const its of Object.values(value)) next.push(its);
    }
    level = next;
  }
  return unfolded;
}

export interface Match {
  /** The containers from the whole down to the one it stands in; empty for the whole itself. */
  within: unknown[];
  step: Step | null;
}

const MOST_MATCHES = 1_000;

/** Where a name or a value holds the words, from top to bottom; the first thousand of them. */
export function search(root: unknown, words: string): Match[] {
  const wanted = words.trim().toLowerCase();
  const found: Match[] = [];
  if (wanted === "") return found;
  const waiting: { step: Step | null; value: unknown; within: unknown[] }[] = [
    { step: null, value: root, within: [] },
  ];
  for (let at = waiting.pop(); at && found.length < MOST_MATCHES; at = waiting.pop()) {
    const { step, value, within } = at;
    const inName = typeof step === "string" && step.toLowerCase().includes(wanted);
    const inside = isContainer(value);
    if (inName || (!inside && cellText(value).toLowerCase().includes(wanted))) {
      found.push({ within, step });
    }
    if (!inside) continue;
    const chain = [...within, value];
    const entries: [Step, unknown][] = Array.isArray(value)
      ? value.map((item, place) => [place, item])
      : Object.entries(value);
    for (const [name, its] of entries.reverse()) {
      waiting.push({ step: name, value: its, within: chain });
    }
  }
  return found;
}

/** A value in one line: text in quotes, a container by how much it holds. */
export function valueText({ value, size }: TreeNode): string {
  if (size !== null) {
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    return size === 0 ? `${open}${close}` : `${open}…${close}`;
  }
  return typeof value === "string" ? JSON.stringify(value) : stringifyExact(value);
}
