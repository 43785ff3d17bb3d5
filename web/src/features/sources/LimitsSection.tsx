// Folded: where else the credential may go, how long and how much a run may take, what is tried again.
import { Stack, Switch, TextInput } from "@mantine/core";
import type { Limits, Network, Retry } from "@/api/types";
import { FoldedSection } from "@/ui/FormSection";
import { LinesField } from "@/ui/LinesField";
import { NumberField } from "@/ui/NumberField";
import { SecretField } from "@/ui/SecretField";
import type { SourceForm } from "./useSourceForm";

const MIB = 1_048_576;

export function NetworkSection({ form }: { form: SourceForm }) {
  const { network } = form.draft;
  const set = (change: Partial<Network>) => form.change("network", { ...network, ...change });
  return (
    <FoldedSection title="Network" note={networkNote(network)}>
      <LinesField
        label="Allowed origins"
        description="Besides the base URL's own: the credential may be sent there too. One a line."
        placeholder="https://uploads.example.com"
        data-pointer="/network/allowed_origins"
        value={network.allowed_origins}
        error={firstUnder(form.errorWords, "/network/allowed_origins")}
        onChange={(allowed_origins) => set({ allowed_origins })}
      />
      <TextInput
        label="Proxy URL"
        description="Requests go out through this HTTP or SOCKS5 proxy. Empty: directly."
        placeholder="http://proxy.example.com:3128"
        data-pointer="/network/proxy_url"
        autoComplete="off"
        spellCheck={false}
        value={network.proxy_url ?? ""}
        error={form.errorWords.get("/network/proxy_url")}
        onChange={(event) => set({ proxy_url: event.currentTarget.value || null })}
      />
      <SecretField
        label="Proxy password"
        description="Only when the proxy asks for one; the user name stands in its URL."
        data-pointer="/network/proxy_password"
        value={network.proxy_password ?? null}
        stored={form.source.network.proxy_password ?? null}
        error={form.errorWords.get("/network/proxy_password")}
        onChange={(proxy_password) => set({ proxy_password })}
      />
    </FoldedSection>
  );
}

function networkNote({ allowed_origins, proxy_url }: Network): string {
  const origins = allowed_origins.length;
  const parts = [
    origins === 0 ? "own origin only" : `${origins} more ${origins === 1 ? "origin" : "origins"}`,
  ];
  if (proxy_url) parts.push("through a proxy");
  return parts.join(", ");
}

export function LimitsSection({ form }: { form: SourceForm }) {
  const { limits } = form.draft;
  const field = (name: keyof Limits) => ({
    "data-pointer": `/limits/${name}`,
    error: form.errorWords.get(`/limits/${name}`),
    onChange: (value: number | null) =>
      form.change("limits", { ...limits, [name]: value } as Limits),
  });
  const size = field("max_response_bytes");
  return (
    <FoldedSection
      title="Limits and retries"
      note={`${limits.total_timeout_s} s, ${roundMib(limits.max_response_bytes)} MiB, ${form.draft.retry.max_attempts} attempts`}
    >
      <div className="sk-fields">
        <NumberField
          label="Connect timeout"
          unit="s"
          value={limits.connect_timeout_s}
          {...field("connect_timeout_s")}
        />
        <NumberField
          label="Read timeout"
          unit="s"
          value={limits.read_timeout_s}
          {...field("read_timeout_s")}
        />
        <NumberField
          label="Total timeout"
          unit="s"
          value={limits.total_timeout_s}
          {...field("total_timeout_s")}
        />
        <NumberField
          label="Largest answer"
          unit="MiB"
          value={limits.max_response_bytes === null ? null : limits.max_response_bytes / MIB}
          {...size}
          onChange={(mib) => size.onChange(mib === null ? null : Math.round(mib * MIB))}
        />
        <NumberField
          label="Most redirects"
          integer
          value={limits.max_redirects}
          {...field("max_redirects")}
        />
      </div>
      <RetryFields form={form} />
    </FoldedSection>
  );
}

function RetryFields({ form }: { form: SourceForm }) {
  const { retry } = form.draft;
  const set = (change: Partial<Retry>) => form.change("retry", { ...retry, ...change });
  return (
    <Stack gap="md">
      <div className="sk-fields">
        <NumberField
          label="Attempts"
          description="1: never tried again."
          integer
          data-pointer="/retry/max_attempts"
          value={retry.max_attempts}
          error={form.errorWords.get("/retry/max_attempts")}
          onChange={(value) => set({ max_attempts: value as number })}
        />
        <LinesField
          label="Methods tried again"
          description="One a line."
          data-pointer="/retry/methods"
          value={retry.methods}
          error={firstUnder(form.errorWords, "/retry/methods")}
          onChange={(methods) => set({ methods: methods.map((method) => method.toUpperCase()) })}
        />
        <LinesField
          label="Statuses tried again"
          description="One a line."
          data-pointer="/retry/statuses"
          value={retry.statuses.map(String)}
          error={firstUnder(form.errorWords, "/retry/statuses")}
          onChange={(lines) => set({ statuses: lines.map(asStatus) as number[] })}
        />
      </div>
      <Switch
        label="Respect Retry-After"
        description="Wait as long as the server asks, within the total timeout."
        data-pointer="/retry/respect_retry_after"
        checked={retry.respect_retry_after}
        onChange={(event) => set({ respect_retry_after: event.currentTarget.checked })}
      />
    </Stack>
  );
}

/** Text that is no number stays text, so that the server's refusal names what was typed. */
function asStatus(line: string): number | string {
  return /^\d{1,5}$/.test(line) ? Number(line) : line;
}

/** A list is one field here: the words about it or about any of its items. */
function firstUnder(words: ReadonlyMap<string, string>, pointer: string): string | undefined {
  for (const [at, text] of words) {
    if (at === pointer || at.startsWith(`${pointer}/`)) return text;
  }
  return undefined;
}

function roundMib(bytes: number): number {
  return Math.round((bytes / MIB) * 100) / 100;
}
