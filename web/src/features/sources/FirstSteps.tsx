// On a source that was just added from a preset: get a token, save, run the first query.
import { Anchor, Button, Paper, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Preset } from "@/api/types";
import { askToRun, endFirstSteps, firstStepsOf } from "@/lib/firstSteps";
import { focusField } from "@/lib/focusField";
import { CheckIcon, PlayIcon } from "@/ui/icons";
import classes from "./FirstSteps.module.css";
import { stillToFill } from "./presetList";
import type { SourceForm } from "./useSourceForm";

export function FirstSteps({ form, preset }: { form: SourceForm; preset: Preset | undefined }) {
  const { source, draft, unsaved } = form;
  const navigate = useNavigate();
  const [begun, setBegun] = useState(() => firstStepsOf(source.id));
  const [missingAtFirst] = useState(() => (preset ? stillToFill(preset, source) : []));
  const led = useRef(false);

  // Where to begin: the first field that only the person can fill.
  useEffect(() => {
    const first = missingAtFirst[0];
    if (!begun || led.current || !first) return;
    led.current = true;
    focusField(first);
  }, [begun, missingAtFirst]);

  if (!begun) return null;
  const filled = !preset || stillToFill(preset, draft).length === 0;
  const saved = filled && !unsaved;
  const end = () => {
    endFirstSteps(source.id);
    setBegun(null);
  };
  const run = () => {
    if (!begun.query) return;
    askToRun(begun.query);
    endFirstSteps(source.id);
    void navigate({ to: "/queries/$id", params: { id: begun.query } });
  };

  return (
    <Paper withBorder className={classes.panel} component="section" aria-label="First steps">
      <ol className={classes.steps}>
        {missingAtFirst.length > 0 && (
          <li data-done={filled || undefined}>
            <Mark done={filled} />
            <span>
              <CredentialLine preset={preset} />
            </span>
          </li>
        )}
        {missingAtFirst.length > 0 && (
          <li data-done={saved || undefined}>
            <Mark done={saved} />
            <span>Save. What is secret is stored encrypted.</span>
          </li>
        )}
        <li>
          <Mark done={false} />
          <span>Run the first query.</span>
        </li>
      </ol>
      <div className={classes.actions}>
        {saved && begun.query && (
          <Button leftSection={<PlayIcon size={16} />} onClick={run}>
            Run the first query
          </Button>
        )}
        <Button variant="subtle" color="gray" c="dimmed" size="compact-sm" onClick={end}>
          Hide these steps
        </Button>
      </div>
    </Paper>
  );
}

/** What to get, where: "Get a token at github.com". */
export function CredentialLine({ preset }: { preset: Preset | undefined }) {
  if (!preset?.credential) return <>Fill in what is missing below.</>;
  const { help, url } = preset.credential;
  return (
    <>
      {url && (
        <>
          <Anchor href={url} target="_blank" rel="noreferrer" size="sm" underline="always">
            Get a token at {new URL(url).host}
          </Anchor>
          {". "}
        </>
      )}
      {help}
    </>
  );
}

function Mark({ done }: { done: boolean }) {
  return (
    <Text span className={classes.mark} data-done={done || undefined}>
      {done && <CheckIcon size={13} />}
    </Text>
  );
}
