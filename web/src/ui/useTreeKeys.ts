// The keys of a tree view (ARIA Authoring Practices): arrows walk and fold, Home and End go far.
import type { KeyboardEvent } from "react";
import type { TreeNode } from "./jsonNodes";

interface Tree {
  nodes: TreeNode[];
  active: number;
  isUnfolded: (node: TreeNode) => boolean;
  onActive: (at: number) => void;
  onFold: (node: TreeNode, unfolded: boolean) => void;
  onCopy: (node: TreeNode) => void;
}

const PAGE = 15;

export function useTreeKeys(tree: Tree): (event: KeyboardEvent) => void {
  const { nodes, active, isUnfolded, onActive, onFold, onCopy } = tree;
  const last = nodes.length - 1;

  const right = (node: TreeNode) => {
    if (node.size === null) return;
    if (!isUnfolded(node)) onFold(node, true);
    else if (node.size > 0) onActive(active + 1);
  };
  const left = (node: TreeNode) => {
    if (node.size !== null && isUnfolded(node)) return onFold(node, false);
    const { parent } = node;
    if (parent) onActive(nodes.findIndex(({ value }) => value === parent.value));
  };

  /** False when the key is none of the tree's. */
  const act = (key: string, node: TreeNode): boolean => {
    if (key === "ArrowDown") onActive(Math.min(last, active + 1));
    else if (key === "ArrowUp") onActive(Math.max(0, active - 1));
    else if (key === "PageDown") onActive(Math.min(last, active + PAGE));
    else if (key === "PageUp") onActive(Math.max(0, active - PAGE));
    else if (key === "Home") onActive(0);
    else if (key === "End") onActive(last);
    else if (key === "ArrowRight") right(node);
    else if (key === "ArrowLeft") left(node);
    else if (key !== "Enter") return false;
    else if (node.size !== null) onFold(node, !isUnfolded(node));
    return true;
  };

  return (event) => {
    const node = nodes[active];
    if (!node || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "c" || String(window.getSelection()) !== "") return;
      event.preventDefault();
      onCopy(node);
    } else if (act(event.key, node)) event.preventDefault();
  };
}
