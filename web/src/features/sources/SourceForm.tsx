// The form of one source, in the order in which a person sets it up.
import { Alert, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import type { Answer } from "@/api/client";
import { sessionQuery } from "@/api/session";
import type { DataSource, Kind, Preset } from "@/api/types";
import { useCanEdit } from "@/api/useCanEdit";
import { firstStepsOf } from "@/lib/firstSteps";
import { inWords } from "@/lib/problem";
import { ErrorSummary } from "@/ui/ErrorSummary";
import { FoldedSection, FormSection } from "@/ui/FormSection";
import { MayRefer } from "@/ui/mayRefer";
import { PairRows } from "@/ui/PairRows";
import { usePageTitle } from "@/ui/usePageTitle";
import { useSaveKey } from "@/ui/useSaveKey";
import { useUnsavedGuard } from "@/ui/useUnsavedGuard";
import { AuthSection } from "./AuthSection";
import { LimitsSection, NetworkSection } from "./LimitsSection";
import { PairSection } from "./PairSection";
import { PresetLinks } from "./PresetLinks";
import { presetOf } from "./presetList";
import classes from "./SourceForm.module.css";
import { SourceHeader } from "./SourceHeader";
import { StaleDialog } from "./StaleDialog";
import { TestStrip } from "./TestStrip";
import { TlsSection } from "./TlsSection";
import { useConnectionTest } from "./useConnectionTest";
import { useSourceForm } from "./useSourceForm";

interface SourceFormProps {
  answer: Answer<DataSource>;
  kind: Kind;
  presets: Preset[];
}

export function SourceForm({ answer, kind, presets }: SourceFormProps) {
  const form = useSourceForm(answer);
  const test = useConnectionTest(form);
  const [deleted, setDeleted] = useState(false);
  const guard = useUnsavedGuard(form.unsaved && !deleted);
  const canEdit = useCanEdit();
  useSaveKey(() => canEdit && form.save());
  usePageTitle(form.source.name);
  const { draft, source, errorWords } = form;
  const begun = firstStepsOf(source.id)?.preset;
  const preset = presets.find((each) => each.preset === begun) ?? presetOf(draft.base_url, presets);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.save();
  };

  const { data: user } = useQuery(sessionQuery);

  return (
    <MayRefer value={user?.role === "admin"}>
      <SourceHeader
        form={form}
        kind={kind}
        preset={preset}
        test={test}
        onDeleted={() => setDeleted(true)}
      />
      {/* Own messages at the fields, in one voice; the browser's bubbles are off. */}
      <form noValidate onSubmit={submit} className={classes.form} aria-label={source.name}>
        <TestStrip test={test} />
        <ErrorSummary errors={form.errors} refusals={form.refusals} />
        {form.failure && (
          <Alert color="red" role="alert" title="Not saved" mb="lg">
            {inWords(form.failure)}
          </Alert>
        )}
        <fieldset disabled={!canEdit} className={classes.all}>
          <FormSection>
            <TextInput
              label="Base URL"
              description="Where the API is. The credential is only ever sent to this origin."
              placeholder={preset?.base_url_example ?? "http://localhost:3001/api/bearer-auth"}
              type="url"
              required
              data-pointer="/base_url"
              classNames={{ input: "sk-code", label: "sk-heading-label" }}
              spellCheck={false}
              autoComplete="off"
              value={draft.base_url}
              error={errorWords.get("/base_url")}
              onChange={(event) => form.change("base_url", event.currentTarget.value)}
            />
          </FormSection>
          <FormSection title="Headers" help="Sent with every request.">
            <PairRows
              noun="header"
              at="/headers"
              marks
              rows={draft.headers}
              storedRows={source.headers}
              errors={errorWords}
              placeholder={{ name: "Accept", value: "application/json" }}
              onChange={(rows) => form.change("headers", rows)}
            />
          </FormSection>
          <PairSection form={form} field="params" />
          <PairSection form={form} field="cookies" />
          <FormSection>
            <AuthSection
              about={preset && <PresetLinks preset={preset} />}
              sourceId={source.id}
              kind={kind}
              auth={draft.auth}
              stored={source.auth}
              errors={errorWords}
              onChange={(auth) => form.change("auth", auth)}
              onDone={() => form.takeLatest(true)}
            />
          </FormSection>
          <FormSection>
            <TlsSection
              tls={draft.tls}
              source={source}
              errors={errorWords}
              onChange={(tls) => form.change("tls", tls)}
            />
          </FormSection>
          <NetworkSection form={form} />
          <LimitsSection form={form} />
          <FoldedSection title="Description" note={draft.description ? "" : "none"}>
            <Textarea
              aria-label="Description"
              description="For the people who use this source: what it is, whom to ask."
              data-pointer="/description"
              autosize
              minRows={3}
              value={draft.description}
              error={errorWords.get("/description")}
              onChange={(event) => form.change("description", event.currentTarget.value)}
            />
          </FoldedSection>
        </fieldset>
        {/* Enter in a field saves: a form without a submit button would not. */}
        <button type="submit" hidden />
      </form>
      <StaleDialog form={form} />
      {guard}
    </MayRefer>
  );
}
