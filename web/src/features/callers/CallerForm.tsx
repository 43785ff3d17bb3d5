// The form of a caller token: its name, its policy, and live beside it what that comes to.
import { Button, Group, Text, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import type { CallerInput } from "@/api/callers";
import { deepEqual } from "@/lib/mergePatch";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, type FieldError } from "@/lib/problem";
import { ErrorSummary } from "@/ui/ErrorSummary";
import { FormSection } from "@/ui/FormSection";
import { Refusal } from "@/ui/Refusal";
import { useSaveKey } from "@/ui/useSaveKey";
import classes from "./CallerForm.module.css";
import {
  type CallerDraft,
  faultsOf,
  inputOf,
  type Named,
  type PolicyDraft,
  policyFaults,
  policyOf,
} from "./callerDraft";
import { Explained } from "./Explained";
import { PolicyEditor } from "./PolicyEditor";

interface CallerFormProps {
  initial: CallerDraft;
  sources: (Named & { base_url: string })[];
  queries: (Named & { data_source: string })[];
  /** An existing token keeps its role. */
  fixedRole?: boolean;
  /** The word on the button that sends it. */
  verb: string;
  /** What came of the last save, as long as nothing was changed since. */
  note?: string;
  /** Draws the question before leaving, as long as something is unsaved. */
  guard: (unsaved: boolean) => ReactNode;
  onSend: (input: CallerInput) => Promise<unknown>;
}

export function CallerForm(props: CallerFormProps) {
  const { initial, sources, queries, fixedRole, verb, onSend } = props;
  const [draft, setDraft] = useState(initial);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [refusals, setRefusals] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const words = useMemo(() => fieldErrors(errors), [errors]);
  const unsaved = !deepEqual(initial, draft);

  // Shown as wrong until it is mended, whoever said so first.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the draft clears
  useEffect(() => setErrors([]), [draft]);

  const refuse = (found: FieldError[]) => {
    setErrors(found);
    setRefusals((count) => count + 1);
  };
  const send = async () => {
    if (busy) return;
    setFailure(null);
    const faults = faultsOf(draft);
    if (faults.length > 0) return refuse(faults);
    setBusy(true);
    try {
      await onSend(inputOf(draft));
    } catch (error) {
      if (error instanceof ApiProblem && error.errors.length > 0) refuse(error.errors);
      else setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  useSaveKey(send);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const changePolicy = (part: Partial<PolicyDraft>) =>
    setDraft((before) => ({ ...before, policy: { ...before.policy, ...part } }));
  const policy = policyFaults(draft.policy).length === 0 ? policyOf(draft.policy) : null;

  return (
    <div className={classes.columns}>
      <form noValidate onSubmit={submit} aria-label="Caller token">
        <ErrorSummary errors={errors} refusals={refusals} />
        <Refusal error={failure} mb="lg" />
        <FormSection>
          <TextInput
            label="Name"
            description="Who will use it, as the audit will name it."
            placeholder="billing-cron"
            classNames={{ label: "sk-heading-label" }}
            required
            maxLength={200}
            autoComplete="off"
            data-pointer="/name"
            value={draft.name}
            error={words.get("/name")}
            onChange={(event) => {
              const name = event.currentTarget.value;
              setDraft((before) => ({ ...before, name }));
            }}
          />
        </FormSection>
        <PolicyEditor
          role={draft.role}
          onRole={fixedRole ? undefined : (role) => setDraft((before) => ({ ...before, role }))}
          policy={draft.policy}
          sources={sources}
          queries={queries}
          errors={words}
          onChange={changePolicy}
        />
        <Group gap="sm">
          <Button type="submit" loading={busy} disabled={fixedRole && !unsaved}>
            {verb}
          </Button>
          <Text size="sm" role="status">
            {unsaved ? "" : props.note}
          </Text>
        </Group>
      </form>
      <Explained role={draft.role} policy={policy} />
      {props.guard(unsaved && !busy)}
    </div>
  );
}
