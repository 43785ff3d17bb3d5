// One audit line in full, with ways to the lines that share something with it.
import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import type { AuditLine } from "@/api/audit";
import { exactTime } from "@/lib/relativeTime";
import { AnchorLink } from "@/ui/links";
import classes from "./AuditLines.module.css";
import { valueText } from "./auditWords";

export function AuditDetail({ line }: { line: AuditLine }) {
  const { actor, target } = line;
  return (
    <>
      <dl className={classes.facts}>
        <Fact name="Line">{line.seq}</Fact>
        <Fact name="Time">{exactTime(line.at)}</Fact>
        <Fact name="By">
          {actor.name} ({actor.kind} <span className="sk-code">{actor.id}</span>)
        </Fact>
        <Fact name="Door">{line.door}</Fact>
        {target.kind && (
          <Fact name="Done to">
            {target.kind} {target.name} <span className="sk-code">{target.id}</span>
          </Fact>
        )}
        {Object.entries(line.detail).map(([name, value]) => (
          <Fact key={name} name={name}>
            <span className="sk-code">{valueText(value)}</span>
          </Fact>
        ))}
        <Fact name="Hash">
          <span className="sk-code">{line.hash}</span>
        </Fact>
        <Fact name="Line before">
          <span className="sk-code">{line.prev_hash}</span>
        </Fact>
      </dl>
      <Group gap="md" pl={20} pb={4}>
        <Only name={`Only by ${actor.name}`} search={{ actor: actor.id }} />
        {target.id && (
          <Only name={`Only ${target.name ?? target.id}`} search={{ target: target.id }} />
        )}
        <Only name={`Only ${line.action}`} search={{ action: line.action }} />
      </Group>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

type Search = Partial<Record<"actor" | "target" | "action", string>>;

function Only({ name, search }: { name: string; search: Search }) {
  return (
    <AnchorLink to="/audit" search={search} size="sm">
      {name}
    </AnchorLink>
  );
}
