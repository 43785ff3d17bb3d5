// On a source just added from a preset, in sight while the form scrolls: the one step that is next.
import { Anchor, Button, CloseButton, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Preset } from "@/api/types";
import { endFirstSteps, firstStepsOf } from "@/lib/firstSteps";
import { focusField } from "@/lib/focusField";
import { askToRun } from "@/lib/runRequest";
import { PlayIcon } from "@/ui/icons";
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

  if (!begun || !preset) return null;
  const end = () => {
    endFirstSteps(source.id);
    setBegun(null);
  };
  const run = (query: string) => {
    askToRun(query);
    end();
    void navigate({ to: "/queries/$id", params: { id: query } });
  };

  let number = missingAtFirst.length > 0 ? 3 : 1;
  let words: ReactNode = "Everything is set.";
  let button: ReactNode = null;
  if (stillToFill(preset, draft).length > 0) {
    number = 1;
    words = <CredentialWords preset={preset} />;
  } else if (unsaved) {
    number = 2;
    words = "Save. What is secret is stored encrypted.";
  } else if (begun.query) {
    const { query } = begun;
    button = (
      <Button
        size="xs"
        className={classes.button}
        leftSection={<PlayIcon size={14} />}
        onClick={() => run(query)}
      >
        Run the first query
      </Button>
    );
  }
  return (
    <section className={classes.strip} aria-label="First steps">
      <Text size="sm" component="p" m={0} className={classes.words}>
        {missingAtFirst.length > 0 && (
          <Text span size="sm" fw={600}>
            Step {number} of 3:{" "}
          </Text>
        )}
        {words}
      </Text>
      {button}
      <CloseButton
        size="sm"
        className={classes.close}
        aria-label="Hide the first steps"
        onClick={end}
      />
    </section>
  );
}

/** What to get, and where: "Get a token at github.com". */
export function CredentialWords({ preset }: { preset: Preset }) {
  if (!preset.credential) return <>Fill in what is missing.</>;
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
