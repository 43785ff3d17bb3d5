// Invites a person; the answer is a one-time link to hand on.
import { NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Invitation, invite } from "@/api/people";
import type { Role } from "@/api/types";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem } from "@/lib/problem";
import { FormButtons, FormDialog } from "@/ui/FormDialog";
import { Refusal } from "@/ui/Refusal";
import { LinkToHandOn } from "./LinkToHandOn";
import { ROLES } from "./roles";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [values, setValues] = useState({ email: "", name: "", role: "runner" as Role });
  const inviting = useMutation({
    mutationFn: () => invite({ ...values, email: values.email.trim(), name: values.name.trim() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
  return (
    <FormDialog
      title={inviting.data ? `A link for ${inviting.data.name}` : "Invite"}
      onClose={onClose}
    >
      {inviting.data ? (
        <LinkToHandOn invitation={inviting.data satisfies Invitation} onDone={onClose} />
      ) : (
        <InviteForm
          values={values}
          busy={inviting.isPending}
          error={inviting.error}
          onChange={(part) => setValues((before) => ({ ...before, ...part }))}
          onSend={() => inviting.mutate()}
          onCancel={onClose}
        />
      )}
    </FormDialog>
  );
}

interface InviteFormProps {
  values: { email: string; name: string; role: Role };
  busy: boolean;
  error: unknown;
  onChange: (part: Partial<InviteFormProps["values"]>) => void;
  onSend: () => void;
  onCancel: () => void;
}

function InviteForm({ values, busy, error, onChange, onSend, onCancel }: InviteFormProps) {
  const words = fieldErrors(error instanceof ApiProblem ? error.errors : []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Refusal error={words.size === 0 ? error : null} />
        <TextInput
          label="Name"
          required
          data-autofocus
          autoComplete="off"
          value={values.name}
          error={words.get("/name")}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Email"
          type="email"
          required
          autoComplete="off"
          value={values.email}
          error={words.get("/email")}
          onChange={(event) => onChange({ email: event.currentTarget.value })}
        />
        <NativeSelect
          label="Role"
          data={ROLES.map(({ value }) => value)}
          description={ROLES.find(({ value }) => value === values.role)?.words}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={values.role}
          error={words.get("/role")}
          onChange={(event) => onChange({ role: event.currentTarget.value as Role })}
        />
        <Text size="sm" c="dimmed">
          No mail is sent: you get a link to hand on.
        </Text>
        <FormButtons verb="Make the link" busy={busy} onCancel={onCancel} />
      </Stack>
    </form>
  );
}
