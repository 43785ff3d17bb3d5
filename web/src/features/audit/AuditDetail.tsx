// One audit line in full, with ways to the lines that share something with it.
import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { AuditLine } from "@/api/audit";
import { exactTime } from "@/lib/relativeTime";
import { type FactList, Facts } from "@/ui/Facts";
import { AnchorLink } from "@/ui/links";
import classes from "./AuditLines.module.css";
import { valueText } from "./auditWords";

export function AuditDetail({ line }: { line: AuditLine }) {
  const { actor, target } = line;
  return (
    <div className={classes.detail}>
      <Facts wide facts={factsOf(line)} />
      <Group gap="md" mt={6}>
        <Only name={`Only by ${actor.name}`} search={{ actor: actor.id }} />
        {target.id && (
          <Only name={`Only ${target.name ?? target.id}`} search={{ target: target.id }} />
        )}
        <Only name={`Only ${line.action}`} search={{ action: line.action }} />
      </Group>
    </div>
  );
}

function factsOf(line: AuditLine): FactList {
  const { actor, target } = line;
  const facts: FactList = [
    ["Line", line.seq],
    ["Time", exactTime(line.at)],
    [
      "By",
      <>
        {actor.name} ({actor.kind} <Code>{actor.id}</Code>)
      </>,
    ],
    ["Door", line.door],
  ];
  if (target.kind) {
    const what = (
      <>
        {target.kind} {target.name} <Code>{target.id}</Code>
      </>
    );
    facts.push(["Done to", what]);
  }
  for (const [name, value] of Object.entries(line.detail)) {
    facts.push([name, <Detail key={name} name={name} value={value} />]);
  }
  facts.push(["Hash", <Code key="hash">{line.hash}</Code>]);
  facts.push(["Line before", <Code key="before">{line.prev_hash}</Code>]);
  return facts;
}

/** A run can be gone to; the rest is said. */
function Detail({ name, value }: { name: string; value: unknown }) {
  const text = <Code>{valueText(value)}</Code>;
  if (name !== "run" || typeof value !== "string") return text;
  return (
    <AnchorLink to="/runs/$id" params={{ id: value }} size="sm">
      {text}
    </AnchorLink>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <span className="sk-code">{children}</span>;
}

type Search = Partial<Record<"actor" | "target" | "action", string>>;

function Only({ name, search }: { name: string; search: Search }) {
  return (
    <AnchorLink to="/audit" search={search} size="sm">
      {name}
    </AnchorLink>
  );
}
