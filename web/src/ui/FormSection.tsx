// One headed part of a form; folded ones open by themselves when a fault inside is gone to.
import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./FormSection.module.css";

interface FormSectionProps {
  /** None where the label of the first field says it. */
  title?: string;
  help?: ReactNode;
  children: ReactNode;
}

export function FormSection({ title, help, children }: FormSectionProps) {
  const id = useId();
  if (!title) return <div className={classes.section}>{children}</div>;
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Title order={2} size="h5" id={id}>
        {title}
      </Title>
      {help && (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      )}
      <div className={classes.content}>{children}</div>
    </section>
  );
}

interface FoldedSectionProps extends FormSectionProps {
  title: string;
  /** What is set inside, in a few words, while it is folded. */
  note?: string;
}

export function FoldedSection({ title, help, note, children }: FoldedSectionProps) {
  return (
    <details className={classes.folded}>
      <summary className={classes.summary}>
        <span>{title}</span>
        {note && (
          <Text span size="sm" c="dimmed" fw={400}>
            {note}
          </Text>
        )}
      </summary>
      {help && (
        <Text size="sm" c="dimmed">
          {help}
        </Text>
      )}
      <div className={classes.content}>{children}</div>
    </details>
  );
}
