// Which lines to show; kept in the address, so that it can be sent on and gone back to.
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import type { AuditFilter } from "@/api/audit";
import classes from "./AuditFilters.module.css";
import { GROUPS, localOf, momentOf } from "./auditWords";

export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const navigate = useNavigate();
  const [actor, setActor] = useState(filter.actor ?? "");
  const [target, setTarget] = useState(filter.target ?? "");
  useEffect(() => setActor(filter.actor ?? ""), [filter.actor]);
  useEffect(() => setTarget(filter.target ?? ""), [filter.target]);

  const choose = (part: AuditFilter) =>
    void navigate({ to: "/audit", search: { ...filter, ...part }, replace: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose({ actor: actor.trim() || undefined, target: target.trim() || undefined });
  };
  const given = filter.action;
  const groups = [{ value: "", label: "All" }, ...GROUPS];
  const known = groups.some(({ value }) => value === (given ?? ""));

  return (
    <form onSubmit={submit} aria-label="Filter">
      <div className={classes.filters}>
        <TextInput
          size="xs"
          label="By"
          placeholder="name or id"
          value={actor}
          onChange={(event) => setActor(event.currentTarget.value)}
          onBlur={submit}
        />
        <TextInput
          size="xs"
          label="Done to"
          placeholder="name or id"
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
          onBlur={submit}
        />
        <NativeSelect
          size="xs"
          label="Action"
          value={given ?? ""}
          data={known ? groups : [...groups, { value: given ?? "", label: given ?? "" }]}
          onChange={(event) => choose({ action: event.currentTarget.value || undefined })}
        />
        <Moment label="From" value={filter.since} onChange={(since) => choose({ since })} />
        <Moment label="Before" value={filter.until} onChange={(until) => choose({ until })} />
        <Button type="submit" size="xs" variant="default">
          Filter
        </Button>
      </div>
    </form>
  );
}

interface MomentProps {
  label: string;
  value: string | undefined;
  onChange: (moment: string | undefined) => void;
}

/** Its text is the field's own until it is left: half a date is no moment yet. */
function Moment({ label, value, onChange }: MomentProps) {
  const [text, setText] = useState(localOf(value));
  useEffect(() => setText(localOf(value)), [value]);
  const tell = () => {
    if (localOf(value) !== text) onChange(momentOf(text));
  };
  return (
    <TextInput
      type="datetime-local"
      size="xs"
      label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={tell}
      onKeyDown={(event) => event.key === "Enter" && tell()}
    />
  );
}
