// The connection test: five stages with times, what is wrong and what to do, and fixes to press.
import { Alert, Button, CloseButton, Group, Paper, Text, Title } from "@mantine/core";
import { useEffect, useId, useRef } from "react";
import type { ConnectionTest, Fix } from "@/api/connectionTest";
import { isFields } from "@/lib/mergePatch";
import { inWords } from "@/lib/problem";
import { PresentedCertificates } from "@/ui/PresentedCertificates";
import { TestStages } from "./TestStages";
import classes from "./TestStrip.module.css";
import { failedStage, stageTitle, verdictOf } from "./testWords";
import type { SourceTest } from "./useConnectionTest";

export function TestStrip({ test }: { test: SourceTest }) {
  const heading = useId();
  const { result, isTesting, outdated, error } = test;
  const strip = useRef<HTMLDivElement>(null);
  // The button is in sight wherever the form is scrolled to; so is what it does.
  useEffect(() => {
    if (isTesting) strip.current?.scrollIntoView({ block: "nearest" });
  }, [isTesting]);

  return (
    <>
      {/* Always there, so that what it says is read out. */}
      <p role="status" className={classes.spoken}>
        {test.shown && isTesting && "Testing the connection"}
        {test.shown && result && verdictOf(result)}
      </p>
      {test.shown && (
        <Paper
          withBorder
          component="section"
          ref={strip}
          aria-labelledby={heading}
          className={classes.strip}
          data-outdated={outdated || undefined}
        >
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Title order={2} size="h6" id={heading}>
              {result
                ? verdictOf(result)
                : isTesting
                  ? "Testing the connection…"
                  : "Connection test"}
            </Title>
            <CloseButton size="sm" aria-label="Close the connection test" onClick={test.close} />
          </Group>
          {(isTesting || result) && <TestStages stages={result?.stages} />}
          {outdated && (
            <Group gap="xs" mt="sm">
              <Text size="sm" c="dimmed">
                You have changed the form since.
              </Text>
              <Button size="compact-sm" variant="default" onClick={test.start}>
                Test again
              </Button>
            </Group>
          )}
          {result && <Findings result={result} onFix={test.fix} />}
          {error && (
            <Alert color="red" role="alert" mt="sm" title="Not tested">
              {inWords(error)}
            </Alert>
          )}
        </Paper>
      )}
    </>
  );
}

interface FindingsProps {
  result: ConnectionTest;
  onFix: (patch: Record<string, unknown>) => void;
}

function Findings({ result, onFix }: FindingsProps) {
  const failed = failedStage(result);
  const { fixes, certificates } = result;
  return (
    <>
      {failed && (
        <div className={classes.finding}>
          <Text size="sm" fw={600}>
            {stageTitle(failed.stage)}: {failed.detail}
          </Text>
          {failed.hint && <Text size="sm">{failed.hint}</Text>}
        </div>
      )}
      {fixes.length > 0 && (
        <div className={classes.fixes}>
          {fixes.map(({ title, patch }) => (
            <Button
              key={title}
              variant="light"
              size="xs"
              className={classes.fix}
              onClick={() => onFix(patch)}
            >
              {title}
            </Button>
          ))}
          <Text size="xs" c="dimmed">
            Changes the form and tests again; nothing is saved until you do.
            {fixes.some(trustsAnother) &&
              " Compare the fingerprint with the owner of the server first."}
          </Text>
        </div>
      )}
      <details className={classes.more}>
        <summary>What each stage found</summary>
        <dl className={classes.details}>
          {result.stages.map(({ stage, detail, hint }) => (
            <div key={stage}>
              <dt>{stageTitle(stage)}</dt>
              <dd>
                {detail} {hint}
              </dd>
            </div>
          ))}
        </dl>
      </details>
      {certificates.length > 0 && (
        <PresentedCertificates certificates={certificates} open={failed?.stage === "tls"} />
      )}
    </>
  );
}

/** Whether the fix takes a certificate on trust that came over the very connection in question. */
function trustsAnother({ patch }: Fix): boolean {
  return isFields(patch.tls) && typeof patch.tls.ca_cert === "string";
}
