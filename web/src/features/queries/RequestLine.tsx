// Method, base URL, path, and what to do with them: Preview, Run, or Cancel while it runs.
import { Button, NativeSelect, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { DataSource } from "@/api/types";
import { PlayIcon, StopIcon } from "@/ui/icons";
import { TemplateInput } from "@/ui/TemplateInput";
import type { Faults } from "./faults";
import classes from "./RequestLine.module.css";
import type { RunState } from "./runStore";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const OTHER = "other…";

interface Props {
  source: DataSource;
  method: string;
  path: string;
  faults: Faults;
  canEdit: boolean;
  state: RunState;
  onMethod: (method: string) => void;
  onPath: (path: string) => void;
  onRun: () => void;
  onCancel: () => void;
  onPreview: () => void;
}

export function RequestLine(props: Props) {
  const { source, method, path, faults, canEdit, state } = props;
  const [other, setOther] = useState(!METHODS.includes(method));

  const choose = (value: string) => {
    setOther(value === OTHER);
    props.onMethod(value === OTHER ? "" : value);
  };

  return (
    <div className={classes.line}>
      <div className={classes.method}>
        <NativeSelect
          aria-label="Method"
          disabled={!canEdit}
          data={[...METHODS, OTHER]}
          value={other ? OTHER : method}
          error={other ? undefined : faults.get("/method")}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        {other && (
          <TextInput
            aria-label="Other method"
            disabled={!canEdit}
            placeholder="PURGE"
            classNames={{ input: "sk-code" }}
            data-pointer="/method"
            value={method}
            error={faults.get("/method")}
            onChange={(event) => props.onMethod(event.currentTarget.value)}
          />
        )}
      </div>
      <Link
        to="/data-sources/$id"
        params={{ id: source.id }}
        className={classes.base}
        title={`Base URL of ${source.name}: ${source.base_url || "not set"}`}
        aria-label={`Base URL ${source.base_url || "not set"}, of the data source ${source.name}`}
      >
        <bdi>{source.base_url || "no base URL"}</bdi>
      </Link>
      <TemplateInput
        className={classes.path}
        aria-label="Path"
        disabled={!canEdit}
        placeholder="/path"
        classNames={{ input: "sk-code" }}
        data-pointer="/path"
        value={path}
        error={faults.get("/path")}
        onChange={props.onPath}
      />
      <div className={classes.actions}>
        <Button variant="default" onClick={props.onPreview} disabled={state.phase === "running"}>
          Preview
        </Button>
        {state.phase === "running" ? (
          <Button variant="default" leftSection={<StopIcon size={16} />} onClick={props.onCancel}>
            Cancel
          </Button>
        ) : (
          <Button
            leftSection={<PlayIcon size={16} />}
            title="Ctrl+Enter or ⌘Enter"
            onClick={props.onRun}
          >
            Run
          </Button>
        )}
      </div>
    </div>
  );
}

const TICK_MS = 100;

/** How long a run has been going; said aloud only once, shown all the time. */
export function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text size="sm" c="dimmed" span className={classes.elapsed}>
      {(Math.max(0, now - since) / 1000).toFixed(1)} s
    </Text>
  );
}
