// Who we are to the server: a key and its certificate as PEM, or both in one PKCS#12 file.
import { Button, FileButton, Group, Input, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import type { DataSource, Tls } from "@/api/types";
import { base64OfFile } from "@/lib/base64";
import { storedMark } from "@/lib/secret";
import { SecretField } from "@/ui/SecretField";
import { CertificateField } from "./CertificateField";

interface ClientIdentityProps {
  tls: Tls;
  source: DataSource;
  onChange: (change: Partial<Tls>) => void;
  errors: ReadonlyMap<string, string>;
}

type Form = "pem" | "pkcs12";

export function ClientIdentity({ tls, source, onChange, errors }: ClientIdentityProps) {
  const stored = source.tls;
  const [form, setForm] = useState<Form>(tls.client_pkcs12 ? "pkcs12" : "pem");

  const choose = (next: Form) => {
    setForm(next);
    // One or the other is sent, never both; the stored one comes back on the way back.
    if (next === "pem") {
      onChange({
        client_pkcs12: null,
        client_key: stored.client_key,
        client_cert: stored.client_cert,
      });
    } else {
      onChange({
        client_pkcs12: stored.client_pkcs12 ?? null,
        client_key: null,
        client_cert: null,
      });
    }
  };

  return (
    <>
      <SegmentedControl
        aria-label="Form of the client certificate"
        size="xs"
        className="sk-fit"
        value={form}
        onChange={(value) => choose(value as Form)}
        data={[
          { value: "pem", label: "Key and certificate (PEM)" },
          { value: "pkcs12", label: "PKCS#12 file" },
        ]}
      />
      {form === "pem" ? (
        <>
          <SecretField
            label="Client Key"
            description="The content of client.key. Stored encrypted, never shown again."
            multiline
            placeholder={"-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----"}
            data-pointer="/tls/client_key"
            value={tls.client_key}
            stored={stored.client_key}
            error={errors.get("/tls/client_key")}
            onChange={(client_key) => onChange({ client_key })}
          />
          <CertificateField
            label="Client Cert"
            description="The content of client.crt."
            pointer="/tls/client_cert"
            value={tls.client_cert}
            stored={stored.client_cert}
            facts={source.certificates?.client_cert ?? []}
            error={errors.get("/tls/client_cert")}
            onChange={(client_cert) => onChange({ client_cert })}
          />
        </>
      ) : (
        <Pkcs12File tls={tls} source={source} onChange={onChange} errors={errors} />
      )}
      <SecretField
        label="Client Key password"
        description="Only when the key or the file is encrypted."
        data-pointer="/tls/client_key_password"
        value={tls.client_key_password}
        stored={stored.client_key_password}
        error={errors.get("/tls/client_key_password")}
        onChange={(client_key_password) => onChange({ client_key_password })}
      />
    </>
  );
}

function Pkcs12File({ tls, onChange, errors }: ClientIdentityProps) {
  const [name, setName] = useState("");
  const value = tls.client_pkcs12;
  const state = storedMark(value) ? "A file is stored." : value ? name : "No file chosen.";
  return (
    <Input.Wrapper
      label="PKCS#12 file"
      labelElement="div"
      description="A .p12 or .pfx file with the key and its certificate."
      error={errors.get("/tls/client_pkcs12")}
    >
      <Group gap="sm" mt={6}>
        <FileButton
          accept=".p12,.pfx"
          onChange={async (file) => {
            if (!file) return;
            setName(file.name);
            onChange({ client_pkcs12: await base64OfFile(file) });
          }}
        >
          {(button) => (
            <Button {...button} variant="default" size="xs" data-pointer="/tls/client_pkcs12">
              Choose a file…
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {state}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}
