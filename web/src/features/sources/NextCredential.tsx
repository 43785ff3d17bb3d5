// Replacing a credential without a run that fails: a next one beside the current one, tried first.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { retireCredential, trialQuery } from "@/api/rotation";
import type { Auth } from "@/api/types";
import { isFields } from "@/lib/mergePatch";
import { fieldsOf, objectOf, type Schema } from "@/lib/schemaForm";
import { storedMark } from "@/lib/secret";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { AnchorLink } from "@/ui/links";
import { RelativeTime } from "@/ui/RelativeTime";
import { SchemaFields } from "@/ui/SchemaFields";
import classes from "./NextCredential.module.css";

interface NextCredentialProps {
  sourceId: string;
  /** Of the authentication type that is chosen. */
  schema: Schema;
  root: Schema;
  auth: Auth;
  stored: Auth;
  errors: ReadonlyMap<string, string>;
  onChange: (auth: Auth) => void;
  /** After something was done at once: read the source again, keep what is unsaved. */
  onDone: () => Promise<unknown>;
}

export function NextCredential(props: NextCredentialProps) {
  const { schema, root, auth, stored, errors, onChange } = props;
  const place = useRef<HTMLDivElement>(null);
  const shape = objectOf(schema, "next", root);
  if (!shape || stored.type !== auth.type || !holdsSecret(stored)) return null;
  const storedNext = isFields(stored.next) ? stored.next : null;
  const next = isFields(auth.next) ? auth.next : null;

  const begin = () => {
    const empty = Object.fromEntries(fieldsOf(shape, root).map(({ name }) => [name, null]));
    // Drawn at once, so that what is typed next goes into the field.
    flushSync(() => onChange({ ...auth, next: storedNext ?? empty }));
    place.current?.querySelector("input, textarea")?.scrollIntoView({ block: "nearest" });
    place.current?.querySelector<HTMLElement>("input, textarea")?.focus();
  };

  if (!next) {
    return (
      <div className={classes.offer}>
        <Button size="compact-sm" variant="default" onClick={begin}>
          {storedNext ? "Keep the next credential" : "Replace with overlap"}
        </Button>
        <Text size="xs" c="dimmed">
          {storedNext
            ? "The next credential is dropped when you save."
            : "Set the next credential beside this one: runs try it first and fall back, so that none fails."}
        </Text>
      </div>
    );
  }
  return (
    <div
      ref={place}
      role="group"
      aria-label="Next credential"
      className={classes.next}
      data-pointer="/auth/next"
      tabIndex={-1}
    >
      <Stack gap="sm">
        <div>
          <Text fw={600} size="sm">
            Next credential
          </Text>
          <Text size="xs" c="dimmed">
            Runs try it first; when it is refused with 401, the current one is used.
          </Text>
        </div>
        <SchemaFields
          schema={renamed(shape)}
          root={root}
          at="/auth/next"
          values={next}
          stored={storedNext ?? {}}
          errors={errors}
          onChange={(values) => onChange({ ...auth, next: values })}
        />
        {storedNext ? <Trial {...props} storedNext={storedNext} /> : null}
        <Group gap="sm">
          {storedNext && <Retire {...props} />}
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChange({ ...auth, next: null })}
          >
            {storedNext ? "Drop the next one" : "Cancel"}
          </Button>
        </Group>
      </Stack>
    </div>
  );
}

function Retire({ sourceId, onDone }: NextCredentialProps) {
  return (
    <ConfirmButton
      size="compact-sm"
      title="Retire the old credential?"
      text="The next credential becomes the only one; the old one is erased here. Then have its issuer revoke it too."
      verb="Retire it"
      onConfirm={async () => {
        await retireCredential(sourceId);
        await onDone();
      }}
    >
      Retire the old one
    </ConfirmButton>
  );
}

function Trial({ sourceId, storedNext }: { sourceId: string; storedNext: object }) {
  const since = Object.values(storedNext)
    .map((value) => storedMark(value)?.updated_at ?? "")
    .sort()
    .at(-1);
  const { data: trial } = useQuery(trialQuery(sourceId, since ?? ""));
  if (trial === undefined) return null;
  if (trial === null) {
    return (
      <Text size="sm" role="status">
        No run has tried it yet.
      </Text>
    );
  }
  const when = (
    <AnchorLink to="/runs/$id" params={{ id: trial.run }} size="sm" inherit>
      <RelativeTime at={trial.at} />
    </AnchorLink>
  );
  return trial.worked ? (
    <Alert color="keep" py={6} role="status">
      It worked {when}. The old one can be retired.
    </Alert>
  ) : (
    <Alert color="orange" py={6} role="status">
      It was refused {when}; the current one was used. Check what was entered.
    </Alert>
  );
}

function holdsSecret(auth: Auth): boolean {
  return Object.values(auth).some((value) => storedMark(value) !== null);
}

/** "Token" beside the current "Token" would be two fields of one name. */
function renamed(shape: Schema): Schema {
  const properties = Object.entries(shape.properties ?? {}).map(([name, property]) => {
    const title = property.title ?? name;
    return [name, { ...property, title: `Next ${title.toLowerCase()}` }];
  });
  return { ...shape, properties: Object.fromEntries(properties) };
}
