// Audit lines as rows; each opens in place.
import { Badge, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import type { AuditLine } from "@/api/audit";
import { ChevronIcon } from "@/ui/icons";
import { ListTable } from "@/ui/ListTable";
import { RelativeTime } from "@/ui/RelativeTime";
import { AuditDetail } from "./AuditDetail";
import classes from "./AuditLines.module.css";

const COLUMNS = [
  { label: "When", width: "minmax(0, 2.500fr)" },
  { label: "By", width: "minmax(0, 3fr)" },
  { label: "Action", width: "minmax(0, 3fr)" },
  { label: "Done to", width: "minmax(0, 4fr)" },
  { label: "Outcome", width: "84px" },
] as const;

export function AuditLines({ lines }: { lines: AuditLine[] }) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const toggle = (seq: number) => {
    const next = new Set(opened);
    if (!next.delete(seq)) next.add(seq);
    setOpened(next);
  };
  return (
    <ListTable
      label="Audit lines"
      columns={COLUMNS}
      rows={lines.map((line) => {
        const isOpen = opened.has(line.seq);
        return {
          key: String(line.seq),
          cells: [
            <UnstyledButton
              key="when"
              className={classes.open}
              aria-expanded={isOpen}
              onClick={() => toggle(line.seq)}
            >
              <span className={classes.arrow} data-open={isOpen || undefined}>
                <ChevronIcon size={14} />
              </span>
              <RelativeTime at={line.at} />
              <VisuallyHidden>{`line ${line.seq}: ${line.action}`}</VisuallyHidden>
            </UnstyledButton>,
            line.actor.name || line.actor.kind,
            <span key="action" className="sk-code">
              {line.action}
            </span>,
            line.target.name ?? line.target.id ?? "",
            <Outcome key="outcome" outcome={line.outcome} />,
          ],
          below: isOpen ? <AuditDetail line={line} /> : undefined,
        };
      })}
    />
  );
}

const OUTCOMES = { ok: "done", failed: "failed", denied: "denied" } as const;

function Outcome({ outcome }: { outcome: AuditLine["outcome"] }) {
  if (outcome === "ok") return <span>{OUTCOMES.ok}</span>;
  return (
    <Badge variant="light" color="red" tt="none" radius="sm" miw="max-content">
      {OUTCOMES[outcome]}
    </Badge>
  );
}
