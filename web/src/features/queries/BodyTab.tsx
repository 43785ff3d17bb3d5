// The body of the request, by type. Looking at another type keeps what was typed for this one.
import { Button, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useContext, useState } from "react";
import type { BodyType } from "@/api/types";
import { parseExact } from "@/lib/exactJson";
import { indented } from "@/lib/jsonText";
import { CodeField } from "@/ui/CodeField";
import { PairRows } from "@/ui/PairRows";
import { TemplateNames } from "@/ui/templateNames";
import type { BodyDraft } from "./draft";
import { FileField } from "./FileField";
import type { Faults } from "./faults";
import { PartRows } from "./PartRows";

const TYPES: { value: BodyType; label: string }[] = [
  { value: "none", label: "None" },
  { value: "json", label: "JSON" },
  { value: "form", label: "Form" },
  { value: "multipart", label: "Multipart" },
  { value: "raw", label: "Raw" },
  { value: "binary", label: "Binary" },
];

export interface BodyProps {
  body: BodyDraft;
  faults: Faults;
  onChange: (change: Partial<BodyDraft>) => void;
}

export function BodyTab(props: BodyProps) {
  const { body, faults, onChange } = props;
  const whole = faults.get("/body");
  return (
    <Stack gap="sm">
      <div data-pointer="/body" tabIndex={-1}>
        <SegmentedControl
          aria-label="Body type"
          size="xs"
          data={TYPES}
          value={body.type}
          onChange={(type) => onChange({ type: type as BodyType })}
          style={{ maxWidth: "100%", overflowX: "auto" }}
        />
      </div>
      {whole && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {whole}
        </Text>
      )}
      <Content {...props} />
    </Stack>
  );
}

function Content({ body, faults, onChange }: BodyProps) {
  const names = useContext(TemplateNames);
  switch (body.type) {
    case "json":
      return <JsonContent body={body} faults={faults} onChange={onChange} />;
    case "form":
      return (
        <PairRows
          noun="field"
          at="/body/fields"
          rows={body.fields}
          errors={faults}
          onChange={(fields) => onChange({ fields })}
        />
      );
    case "multipart":
      return (
        <PartRows parts={body.parts} faults={faults} onChange={(parts) => onChange({ parts })} />
      );
    case "raw":
      return (
        <Stack gap="sm">
          <ContentType
            value={body.rawType}
            error={faults.get("/body/content_type")}
            onChange={(rawType) => onChange({ rawType })}
          />
          <CodeField
            label="Body"
            language="text"
            minHeight={140}
            value={body.raw}
            error={faults.get("/body/content")}
            completions={names}
            onChange={(raw) => onChange({ raw })}
          />
        </Stack>
      );
    case "binary":
      return (
        <Stack gap="sm">
          <ContentType
            value={body.dataType}
            error={faults.get("/body/content_type")}
            onChange={(dataType) => onChange({ dataType })}
          />
          <FileField
            label="File"
            pointer="/body/data_base64"
            base64={body.data}
            error={faults.get("/body/data_base64")}
            onChoose={({ base64, type }) =>
              onChange(type ? { data: base64, dataType: type } : { data: base64 })
            }
          />
        </Stack>
      );
    default:
      return (
        <Text size="sm" c="dimmed">
          No body is sent.
        </Text>
      );
  }
}

function JsonContent({ body, faults, onChange }: BodyProps) {
  const names = useContext(TemplateNames);
  const [problem, setProblem] = useState<string | undefined>();
  const format = () => {
    try {
      parseExact(body.json);
      onChange({ json: indented(body.json) });
      setProblem(undefined);
    } catch (error) {
      const words = error instanceof Error ? error.message : "";
      setProblem(`This is not JSON yet, so it stays as typed. ${words}`);
    }
  };
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          A text that is one template, such as {'"{{ params.id }}"'}, keeps the parameter's type.
        </Text>
        <Button size="compact-xs" variant="default" onClick={format}>
          Format
        </Button>
      </Group>
      <CodeField
        label="JSON body"
        hideLabel
        language="json"
        minHeight={160}
        value={body.json}
        error={faults.get("/body/content") ?? problem}
        completions={names}
        onChange={(json) => {
          setProblem(undefined);
          onChange({ json });
        }}
      />
    </Stack>
  );
}

interface ContentTypeProps {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function ContentType({ value, error, onChange }: ContentTypeProps) {
  return (
    <TextInput
      label="Content type"
      maw={360}
      size="sm"
      classNames={{ input: "sk-code" }}
      data-pointer="/body/content_type"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
