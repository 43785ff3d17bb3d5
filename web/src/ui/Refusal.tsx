// Why something was not done, in one sentence; nothing when nothing was refused.
import { Alert, type AlertProps } from "@mantine/core";
import { inWords } from "@/lib/problem";

interface RefusalProps extends AlertProps {
  error: unknown;
}

export function Refusal({ error, ...rest }: RefusalProps) {
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" role="alert" {...rest}>
      {inWords(error)}
    </Alert>
  );
}
