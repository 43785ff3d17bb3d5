// Makes a secret, or replaces its value and where it may be sent. What is stored is never shown.
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { sourcesQuery } from "@/api/sources";
import { putSecret, type WorkspaceSecret } from "@/api/templateValues";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, type FieldError } from "@/lib/problem";
import { CheckList } from "@/ui/CheckList";
import { Refusal } from "@/ui/Refusal";
import { SecretValueField } from "./SecretValueField";
import { changeOf, draftOf, faultsOf, NAME_RULE, newSecret } from "./secretDraft";

interface SecretDialogProps {
  /** The secret to change, or none to make one. */
  secret: WorkspaceSecret | null;
  taken: string[];
  onClose: () => void;
}

export function SecretDialog(props: SecretDialogProps) {
  const { secret, onClose } = props;
  return (
    <Modal
      opened
      onClose={onClose}
      title={secret ? `Change ${secret.name}` : "Add a secret"}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
    >
      <SecretForm {...props} />
    </Modal>
  );
}

function SecretForm({ secret, taken, onClose }: SecretDialogProps) {
  const queries = useQueryClient();
  const { data: sources = [] } = useQuery(sourcesQuery);
  const [draft, setDraft] = useState(() => (secret ? draftOf(secret) : newSecret()));
  const [errors, setErrors] = useState<FieldError[]>([]);
  const words = useMemo(() => fieldErrors(errors), [errors]);
  const saving = useMutation({
    mutationFn: () => putSecret(draft.name, changeOf(draft, secret)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["secrets"] });
      onClose();
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.errors : []),
  });

  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, secret);
    if (!secret && taken.includes(draft.name)) {
      found.push({
        pointer: "/name",
        code: "name_taken",
        detail: "There is a secret of this name.",
      });
    }
    setErrors(found);
    if (found.length === 0) saving.mutate();
  };

  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Refusal error={errors.length === 0 ? saving.error : null} />
        {!secret && (
          <TextInput
            label="Name"
            description={`Templates name it {{ secrets.${draft.name || "name"} }}. ${NAME_RULE}`}
            data-autofocus
            required
            classNames={{ input: "sk-code" }}
            autoComplete="off"
            spellCheck={false}
            value={draft.name}
            error={words.get("/name")}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        )}
        <SecretValueField
          draft={draft}
          stored={secret}
          error={words.get("/value")}
          onChange={change}
        />
        <Radio.Group
          label="May be sent to"
          description="Whoever edits a query can put a secret in it: name the data sources that need it."
          value={draft.scope}
          error={draft.scope === "some" ? undefined : words.get("/data_sources")}
          onChange={(scope) => change({ scope: scope === "some" ? "some" : "every" })}
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
                  error={words.get("/data_sources")}
                  onChange={(chosen) => change({ sources: chosen })}
                />
              </div>
            )}
            <Radio value="every" label="Every data source, those to come too" />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {secret ? "Save" : "Add"}
          </Button>
        </Group>
        <Text size="xs" c="dimmed">
          {secret
            ? "Runs that begin after this use the new value."
            : "Stored encrypted; never shown again."}
        </Text>
      </Stack>
    </form>
  );
}
