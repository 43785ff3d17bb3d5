// Everything that keeps a form from being saved, each a way to its field. The first is gone to at once.
import { Alert, Anchor, List } from "@mantine/core";
import { useEffect } from "react";
import { focusField } from "@/lib/focusField";
import type { FieldError } from "@/lib/problem";

interface ErrorSummaryProps {
  errors: FieldError[];
  /** Goes up with each refused save. */
  refusals: number;
}

export function ErrorSummary({ errors, refusals }: ErrorSummaryProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves once for each refused save
  useEffect(() => {
    const first = errors[0];
    if (refusals > 0 && first) focusField(first.pointer);
  }, [refusals]);

  if (errors.length === 0) return null;
  const title =
    errors.length === 1 ? "One field needs a look" : `${errors.length} fields need a look`;
  return (
    <Alert color="red" role="alert" title={title} mb="lg">
      <List size="sm" spacing={2}>
        {errors.map((error) => (
          <List.Item key={`${error.pointer} ${error.code}`}>
            <Anchor
              component="button"
              type="button"
              ta="left"
              style={{ verticalAlign: "top" }}
              c="inherit"
              underline="always"
              size="sm"
              onClick={() => focusField(error.pointer)}
            >
              {error.detail}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
