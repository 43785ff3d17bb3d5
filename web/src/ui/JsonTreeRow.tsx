// One row of a JSON tree: what it is called, what it holds, and the mark that folds it.
import { counted } from "@/lib/measure";
import { ChevronIcon } from "./icons";
import "./codeColours.css";
import { isNumber } from "@/lib/exactJson";
import classes from "./JsonTree.module.css";
import { type TreeNode, valueText } from "./jsonNodes";

const STEP_PX = 16;
/** Deeper rows stand as far right as this one, or they would leave the view. */
const DEEPEST = 24;
const LONGEST = 400;

interface Props {
  id: string;
  node: TreeNode;
  top: number;
  active: boolean;
  unfolded: boolean;
  onActive: () => void;
  onFold: (unfolded: boolean) => void;
}

export function JsonTreeRow({ id, node, top, active, unfolded, onActive, onFold }: Props) {
  const { step, value, depth, place, siblings, size } = node;
  const holds = size !== null && size > 0;
  const text = valueText(node);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the tree points at it as its active descendant
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={holds ? unfolded : undefined}
      aria-selected={active}
      className={classes.row}
      data-active={active || undefined}
      style={{
        transform: `translateY(${top}px)`,
        paddingInlineStart: 6 + Math.min(depth, DEEPEST) * STEP_PX,
      }}
      onClick={() => {
        if (active && holds) onFold(!unfolded);
        onActive();
      }}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        className={classes.fold}
        data-holds={holds || undefined}
        data-unfolded={unfolded || undefined}
        onClick={(event) => {
          event.stopPropagation();
          onActive();
          if (holds) onFold(!unfolded);
        }}
      >
        <ChevronIcon size={12} />
      </button>
      {step !== null && (
        <span className={classes.name}>{typeof step === "number" ? step : `"${step}"`}: </span>
      )}
      {holds ? (
        <span className={classes.size}>
          {!unfolded && `${text} `}
          {Array.isArray(value)
            ? counted(size, "item", "items")
            : counted(size, "member", "members")}
        </span>
      ) : (
        <span className={classes.value} data-kind={kindOf(value)}>
          {text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}
        </span>
      )}
    </div>
  );
}

function kindOf(value: unknown): string {
  if (isNumber(value)) return "number";
  return typeof value === "string" ? "string" : "word";
}
