// Makes a secret, or replaces its value and where it may be sent. What is stored is never shown.
import { Radio, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sourcesQuery } from "@/api/sources";
import { putSecret, type WorkspaceSecret } from "@/api/templateValues";
import { CheckList } from "@/ui/CheckList";
import { FormButtons, FormDialog } from "@/ui/FormDialog";
import { Refusal } from "@/ui/Refusal";
import { NameField } from "./NameField";
import { SecretValueField } from "./SecretValueField";
import { changeOf, draftOf, faultsOf, newSecret, type SecretDraft } from "./secretDraft";
import { useValueForm } from "./useValueForm";

interface SecretDialogProps {
  /** The secret to change, or none to make one. */
  secret: WorkspaceSecret | null;
  taken: string[];
  onClose: () => void;
}

export function SecretDialog(props: SecretDialogProps) {
  const { secret, onClose } = props;
  return (
    <FormDialog title={secret ? `Change ${secret.name}` : "Add a secret"} onClose={onClose}>
      <SecretForm {...props} />
    </FormDialog>
  );
}

function SecretForm({ secret, taken, onClose }: SecretDialogProps) {
  const [draft, setDraft] = useState(() => (secret ? draftOf(secret) : newSecret()));
  const { submit, words, failure, busy } = useValueForm({
    noun: "secret",
    newName: secret ? null : draft.name,
    taken,
    faults: () => faultsOf(draft, secret),
    put: () => putSecret(draft.name, changeOf(draft, secret)),
    onClose,
  });
  const change = (part: Partial<SecretDraft>) => setDraft((before) => ({ ...before, ...part }));

  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Refusal error={failure} />
        {!secret && (
          <NameField
            space="secrets"
            value={draft.name}
            error={words.get("/name")}
            onChange={(name) => change({ name })}
          />
        )}
        <SecretValueField
          draft={draft}
          stored={secret}
          error={words.get("/value")}
          onChange={change}
        />
        <ScopeField draft={draft} error={words.get("/data_sources")} onChange={change} />
        <FormButtons verb={secret ? "Save" : "Add"} busy={busy} onCancel={onClose} />
        <Text size="xs" c="dimmed">
          {secret
            ? "Runs that begin after this use the new value."
            : "Stored encrypted; never shown again."}
        </Text>
      </Stack>
    </form>
  );
}

interface ScopeFieldProps {
  draft: SecretDraft;
  error: string | undefined;
  onChange: (part: Partial<SecretDraft>) => void;
}

/** Nothing is chosen for a new secret: where it may go is for a person to say. */
function ScopeField({ draft, error, onChange }: ScopeFieldProps) {
  const { data: sources = [] } = useQuery(sourcesQuery);
  return (
    <Radio.Group
      label="May be sent to"
      description="Whoever edits a query can put a secret in it: name the data sources that need it."
      value={draft.scope}
      error={draft.scope === "some" ? undefined : error}
      onChange={(scope) => onChange({ scope: scope === "some" ? "some" : "every" })}
    >
      <Stack gap={8} mt={8}>
        <Radio value="some" label="Only these data sources" />
        {draft.scope === "some" && (
          <div className="sk-inset">
            <CheckList
              label="Data sources"
              hideLabel
              empty="There is no data source yet."
              items={sources.map(({ id, name, base_url }) => ({ id, name, note: base_url }))}
              chosen={draft.sources}
              error={error}
              onChange={(chosen) => onChange({ sources: chosen })}
            />
          </div>
        )}
        <Radio value="every" label="Every data source, those to come too" />
      </Stack>
    </Radio.Group>
  );
}
