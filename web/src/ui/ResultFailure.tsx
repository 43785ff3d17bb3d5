// A failure, calmly: at which stage, what happened, what to do, what was sent.
import { Badge, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { RunFailure, SentRequest, Stage } from "@/lib/runAnswer";
import { WarningIcon } from "./icons";
import { PresentedCertificates } from "./PresentedCertificates";
import classes from "./ResultFailure.module.css";

export const STAGES: Record<Stage, string> = {
  parameters: "Parameters",
  compose: "Composing the request",
  auth: "Authentication",
  network: "Network",
  tls: "TLS",
  exchange: "Exchange",
  response: "Response",
  transform: "Transformation",
};

interface Props {
  failure: RunFailure;
  request?: SentRequest | undefined;
  /** What leads to the place to mend, such as a button that goes to the field. */
  children?: ReactNode;
}

export function ResultFailure({ failure, request, children }: Props) {
  const { stage, title, detail, hint, code, retryable, certificates } = failure;
  return (
    <Paper withBorder p="md" className={classes.card} component="section" aria-label="What failed">
      <Group gap="xs" mb={6} wrap="nowrap" align="flex-start">
        <span className={classes.mark}>
          <WarningIcon size={20} />
        </span>
        <Text fw={600} className={classes.grow}>
          {title}
        </Text>
        <Badge variant="default" tt="none" radius="sm" title={code}>
          {STAGES[stage] ?? stage}
        </Badge>
      </Group>
      <dl className={classes.facts}>
        {detail && detail !== title && (
          <Fact name="What happened">
            <Text size="sm">{detail}</Text>
          </Fact>
        )}
        {hint && (
          <Fact name="What to do">
            <Text size="sm">
              {hint}
              {retryable && " Running it again may work."}
            </Text>
          </Fact>
        )}
        {request && (
          <Fact name="What was sent">
            <Text className={classes.sent}>
              {request.method} {request.url}
            </Text>
          </Fact>
        )}
      </dl>
      {certificates && certificates.length > 0 && (
        <PresentedCertificates certificates={certificates} />
      )}
      {children}
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
