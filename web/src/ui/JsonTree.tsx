// JSON as a tree to unfold: only rows in view are drawn; searched, and each place known by its path.
import { Button, Group, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useId, useMemo, useRef, useState } from "react";
import { stringifyExact } from "@/lib/exactJson";
import { jsonPath } from "@/lib/jsonPath";
import classes from "./JsonTree.module.css";
import { JsonTreeRow } from "./JsonTreeRow";
import { JsonTreeSearch } from "./JsonTreeSearch";
import {
  isContainer,
  type Match,
  stepsOf,
  type TreeNode,
  unfoldedAtFirst,
  visibleNodes,
} from "./jsonNodes";
import { cellText } from "./tableColumns";
import { useTreeKeys } from "./useTreeKeys";

const ROW_HEIGHT = 24;
const FRAME = 10;
const ROWS_AT_FIRST = 200;
/** Unfolding everything beyond this many rows helps nobody. */
const ROWS_AT_MOST = 100_000;

interface Props {
  value: unknown;
  /** What stands before the search, in its line. */
  children?: ReactNode;
}

export function JsonTree({ value, children }: Props) {
  const id = useId();
  const region = useRef<HTMLDivElement>(null);
  const clipboard = useClipboard({ timeout: 1_500 });
  const first = useMemo(() => unfoldedAtFirst(value, ROWS_AT_FIRST), [value]);
  const [choice, setChoice] = useState<{ of: unknown; unfolded: Set<unknown> } | null>(null);
  const unfolded = choice && choice.of === value ? choice.unfolded : first;
  const setUnfolded = (next: Set<unknown>) => setChoice({ of: value, unfolded: next });
  const [active, setActive] = useState(0);
  const nodes = useMemo(() => visibleNodes(value, unfolded), [value, unfolded]);
  const at = Math.min(active, nodes.length - 1);
  const node = nodes[at];

  const down = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => region.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    initialRect: { width: 800, height: 420 },
  });
  const go = (next: number) => {
    setActive(next);
    down.scrollToIndex(next);
  };
  const fold = (its: TreeNode, open: boolean) => {
    const next = new Set(unfolded);
    if (open) next.add(its.value);
    else next.delete(its.value);
    setUnfolded(next);
  };
  const goToMatch = (match: Match) => {
    const next = new Set([...unfolded, ...match.within]);
    setUnfolded(next);
    const holder = match.within.at(-1);
    go(visibleNodes(value, next).findIndex((its) => isMatch(its, match, holder)));
  };
  const copyValue = (its: TreeNode) =>
    clipboard.copy(isContainer(its.value) ? stringifyExact(its.value, 2) : cellText(its.value));
  const onKeyDown = useTreeKeys({
    nodes,
    active: at,
    isUnfolded: (its) => unfolded.has(its.value),
    onActive: go,
    onFold: fold,
    onCopy: copyValue,
  });
  const path = node ? jsonPath(stepsOf(node)) : "$";

  return (
    <div>
      <Group justify="space-between" gap="xs" mb="xs">
        <Group gap="xs">
          {children}
          <JsonTreeSearch value={value} onGo={goToMatch} />
        </Group>
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => setUnfolded(unfoldedAtFirst(value, ROWS_AT_MOST))}
          >
            Unfold all
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setUnfolded(new Set([value]));
              setActive(0);
            }}
          >
            Fold
          </Button>
        </Group>
      </Group>
      <div
        ref={region}
        role="tree"
        tabIndex={0}
        aria-label="JSON body"
        aria-activedescendant={node ? `${id}-${at}` : undefined}
        className={classes.region}
        style={{ height: nodes.length * ROW_HEIGHT + FRAME }}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: down.getTotalSize(), position: "relative" }}>
          {down.getVirtualItems().map(({ index, start }) => {
            const its = nodes[index];
            return (
              its && (
                <JsonTreeRow
                  key={index}
                  id={`${id}-${index}`}
                  node={its}
                  top={start}
                  active={index === at}
                  unfolded={unfolded.has(its.value)}
                  onActive={() => setActive(index)}
                  onFold={(open) => fold(its, open)}
                />
              )
            );
          })}
        </div>
      </div>
      <Group justify="space-between" gap="xs" mt={6}>
        <Text size="xs" className={classes.path} title="JSONPath (RFC 9535)">
          {path}
        </Text>
        <Group gap={6}>
          <Text size="xs" c="dimmed" role="status">
            {clipboard.copied && "Copied"}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => clipboard.copy(path)}>
            Copy path
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => node && copyValue(node)}>
            Copy value
          </Button>
        </Group>
      </Group>
    </div>
  );
}

function isMatch(node: TreeNode, { step }: Match, holder: unknown): boolean {
  return node.step === step && (node.parent?.value ?? undefined) === holder;
}
