// One row with every value in full, for what a narrow cell cuts.
import { Drawer } from "@mantine/core";
import { isNumber, stringifyExact } from "@/lib/exactJson";
import { ResultPairs } from "./ResultPairs";
import { cellText } from "./tableColumns";

interface Props {
  row: unknown;
  position: number | null;
  onClose: () => void;
}

export function ResultRowDetail({ row, position, onClose }: Props) {
  return (
    <Drawer
      opened={position !== null}
      onClose={onClose}
      position="right"
      title={`Row ${(position ?? 0) + 1}`}
      // Its <header> is no second banner of the page.
      attributes={{ header: { role: "presentation" } }}
      closeButtonProps={{ "aria-label": "Close the row" }}
    >
      {position !== null && (
        <ResultPairs label={`Values of row ${position + 1}`} pairs={pairsOf(row)} />
      )}
    </Drawer>
  );
}

function pairsOf(row: unknown): [string, string][] {
  if (typeof row !== "object" || row === null || Array.isArray(row) || isNumber(row)) {
    return [["value", inFull(row)]];
  }
  return Object.entries(row).map(([name, value]) => [name, inFull(value)]);
}

function inFull(value: unknown): string {
  const nested = typeof value === "object" && value !== null && !isNumber(value);
  return nested ? stringifyExact(value, 2) : cellText(value);
}
