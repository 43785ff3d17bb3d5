// A certificate: pasted or read from a file as PEM; once saved, shown as what it says.
import { Button, FileButton, Group, Input, Stack, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { CertificateFacts } from "@/api/types";
import { CertificateCard } from "@/ui/CertificateCard";

interface CertificateFieldProps {
  label: string;
  description?: ReactNode;
  value: string | null;
  stored: string | null;
  /** What the stored certificates say. */
  facts: CertificateFacts[];
  onChange: (value: string | null) => void;
  error: string | undefined;
  pointer: string;
  required?: boolean;
}

export function CertificateField(props: CertificateFieldProps) {
  const { label, description, value, stored, facts, onChange, error, pointer } = props;
  const [replacing, setReplacing] = useState(false);
  const [seen, setSeen] = useState(stored);
  if (seen !== stored) {
    // Saved: the card stands where the text was.
    setSeen(stored);
    setReplacing(false);
  }

  if (value !== null && value === stored && facts.length > 0 && !replacing) {
    return (
      <Input.Wrapper label={label} labelElement="div" description={description} error={error}>
        <Stack gap={6} mt={6} role="group" aria-label={label} data-pointer={pointer} tabIndex={-1}>
          {facts.map((each) => (
            <CertificateCard key={each.sha256} facts={each} />
          ))}
          <Group gap={4}>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Replace ${label}`}
              onClick={() => {
                setReplacing(true);
                onChange("");
              }}
            >
              Replace
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Clear ${label}`}
              onClick={() => onChange(null)}
            >
              Clear
            </Button>
          </Group>
        </Stack>
      </Input.Wrapper>
    );
  }
  return (
    <div>
      <Textarea
        label={label}
        description={description}
        error={error}
        required={props.required}
        data-pointer={pointer}
        placeholder={"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----"}
        classNames={{ input: "sk-code" }}
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        autoFocus={replacing}
        value={value ?? ""}
        onChange={(event) => onChange(event.currentTarget.value || null)}
      />
      <Group gap={4} mt={4}>
        <FileButton
          accept=".crt,.pem,.cer,.cert"
          onChange={async (file) => file && onChange(await file.text())}
        >
          {(button) => (
            <Button
              {...button}
              size="compact-xs"
              variant="subtle"
              aria-label={`${label} from a file`}
            >
              From a file…
            </Button>
          )}
        </FileButton>
        {stored !== null && value !== stored && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Keep the saved ${label}`}
            onClick={() => {
              setReplacing(false);
              onChange(stored);
            }}
          >
            Keep the saved one
          </Button>
        )}
      </Group>
    </div>
  );
}
