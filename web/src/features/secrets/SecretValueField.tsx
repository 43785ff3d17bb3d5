// The value of a secret: typed here once, or a reference to where it is kept.
import { NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import type { WorkspaceSecret } from "@/api/templateValues";
import { type Place, placeOf, type SecretDraft } from "./secretDraft";

const PLACES: { value: Place; label: string }[] = [
  { value: "stored", label: "Stored here, encrypted" },
  { value: "env", label: "In the server's environment" },
  { value: "file", label: "In a file on the server" },
];

interface SecretValueFieldProps {
  draft: SecretDraft;
  stored: WorkspaceSecret | null;
  error: string | undefined;
  onChange: (part: Partial<SecretDraft>) => void;
}

export function SecretValueField({ draft, stored, error, onChange }: SecretValueFieldProps) {
  const keeps = stored !== null && placeOf(stored.value.from)[0] === "stored";
  return (
    <>
      <NativeSelect
        label="Where the value is"
        data={PLACES}
        value={draft.place}
        onChange={(event) =>
          onChange({ place: event.currentTarget.value as Place, reference: "", text: "" })
        }
      />
      {draft.place === "stored" ? (
        <PasswordInput
          label={keeps ? "New value" : "Value"}
          description={keeps ? "Leave it empty to keep the stored one." : undefined}
          required={!keeps}
          data-autofocus={stored ? true : undefined}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": "Show the value" }}
          value={draft.text}
          error={error}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      ) : (
        <TextInput
          label={draft.place === "env" ? "Name of the variable" : "Path of the file"}
          description={
            draft.place === "env"
              ? "Read when it is used. Its name must be among those the server's settings allow."
              : "Read when it is used. It must lie in a folder the server's settings allow."
          }
          placeholder={draft.place === "env" ? "BILLING_TOKEN" : "/run/secrets/billing_token"}
          required
          classNames={{ input: "sk-code" }}
          autoComplete="off"
          spellCheck={false}
          value={draft.reference}
          error={error}
          onChange={(event) => onChange({ reference: event.currentTarget.value })}
        />
      )}
    </>
  );
}
