// SSL Certificate: how the server is verified, and what we present to it.
import { Alert, NativeSelect, Switch, TextInput } from "@mantine/core";
import type { DataSource, Tls, TlsMode } from "@/api/types";
import { FoldedSection } from "@/ui/FormSection";
import { WarningIcon } from "@/ui/icons";
import { PresentedCertificates } from "@/ui/PresentedCertificates";
import { CertificateField } from "./CertificateField";
import { ClientIdentity } from "./ClientIdentity";

interface TlsSectionProps {
  tls: Tls;
  source: DataSource;
  onChange: (tls: Tls) => void;
  errors: ReadonlyMap<string, string>;
}

const MODES = [
  { value: "none", label: "None" },
  { value: "ca_certificate", label: "CA Certificate" },
  { value: "client_certificate", label: "Client Certificate" },
  { group: "Unsafe", items: [{ value: "insecure", label: "Do not verify (insecure)" }] },
];

const HELP: Record<TlsMode, string> = {
  none: "The server is verified against the system's trusted authorities.",
  ca_certificate: "The server is verified against the certificate you paste, and nothing else.",
  client_certificate: "Mutual TLS: the server is verified, and asks who you are.",
  insecure: "",
};

export function TlsSection({ tls, source, onChange, errors }: TlsSectionProps) {
  const stored = source.tls;
  const set = (change: Partial<Tls>) => onChange({ ...tls, ...change });
  const withAuthority = tls.mode === "ca_certificate" || tls.mode === "client_certificate";

  return (
    <>
      <NativeSelect
        label="SSL Certificate"
        classNames={{ label: "sk-heading-label" }}
        description={HELP[tls.mode] || undefined}
        data-pointer="/tls"
        data={MODES}
        value={tls.mode}
        error={errors.get("/tls") ?? errors.get("/tls/mode")}
        onChange={(event) => set({ mode: event.currentTarget.value as TlsMode })}
      />
      {tls.mode === "insecure" && (
        <Alert color="red" icon={<WarningIcon />} title="The server is not verified">
          Anyone on the way can read the credential. If the server has a certificate of your own,
          choose CA Certificate and paste it instead.
        </Alert>
      )}
      {withAuthority && (
        <CertificateField
          label="CA Cert"
          description="The content of server.crt: an authority, a chain, or the server's own certificate."
          pointer="/tls/ca_cert"
          value={tls.ca_cert}
          stored={stored.ca_cert}
          facts={source.certificates?.ca_cert ?? []}
          error={errors.get("/tls/ca_cert")}
          onChange={(ca_cert) => set({ ca_cert })}
        />
      )}
      {tls.mode === "client_certificate" && (
        <ClientIdentity tls={tls} source={source} onChange={set} errors={errors} />
      )}
      {source.certificates?.server && source.certificates.server.length > 0 && (
        <PresentedCertificates
          certificates={source.certificates.server}
          summary="What the server presented when it was last verified"
        />
      )}
      <FoldedSection title="More about TLS" note={noteOf(tls)}>
        {withAuthority && (
          <Switch
            label="Trust the system's authorities too"
            data-pointer="/tls/include_system"
            checked={tls.include_system}
            onChange={(event) => set({ include_system: event.currentTarget.checked })}
          />
        )}
        <TextInput
          label="Server name"
          description="Expected in the certificate in place of the host, for tunnels."
          data-pointer="/tls/server_name"
          autoComplete="off"
          spellCheck={false}
          value={tls.server_name ?? ""}
          error={errors.get("/tls/server_name")}
          onChange={(event) => set({ server_name: event.currentTarget.value || null })}
        />
        <NativeSelect
          label="Minimum TLS version"
          data-pointer="/tls/min_version"
          data={["1.2", "1.3"]}
          value={tls.min_version}
          error={errors.get("/tls/min_version")}
          onChange={(event) =>
            set({ min_version: event.currentTarget.value as Tls["min_version"] })
          }
        />
        {tls.strict !== undefined && tls.mode !== "insecure" && (
          <Switch
            label="Strict X.509"
            description="Refuses certificates that break a rule of RFC 5280. Many private CAs do."
            data-pointer="/tls/strict"
            checked={tls.strict}
            onChange={(event) => set({ strict: event.currentTarget.checked })}
          />
        )}
      </FoldedSection>
    </>
  );
}

function noteOf(tls: Tls): string {
  const parts = [`TLS ${tls.min_version} or newer`];
  if (tls.strict) parts.push("strict X.509");
  if (tls.server_name) parts.push(`server name ${tls.server_name}`);
  return parts.join(", ");
}
