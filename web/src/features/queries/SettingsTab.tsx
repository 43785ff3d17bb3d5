// Limits and retries of this query; what is left empty is the data source's, shown as placeholder.
import { NativeSelect, SimpleGrid, Stack, TextInput, Title } from "@mantine/core";
import type { DataSource } from "@/api/types";
import { type Draft, LIMIT_NAMES, type LimitName, type RetryDraft } from "./draft";
import type { Faults } from "./faults";

const LIMIT_TITLES: Record<LimitName, string> = {
  connect_timeout_s: "Connect timeout (seconds)",
  read_timeout_s: "Read timeout (seconds)",
  total_timeout_s: "Total time (seconds)",
  max_response_bytes: "Largest response (bytes)",
  max_redirects: "Most redirects",
};

interface Props {
  source: DataSource;
  limits: Draft["limits"];
  retry: RetryDraft;
  faults: Faults;
  onLimits: (limits: Draft["limits"]) => void;
  onRetry: (retry: RetryDraft) => void;
}

export function SettingsTab({ source, limits, retry, faults, onLimits, onRetry }: Props) {
  const whether = source.retry.respect_retry_after ? "yes" : "no";
  const text = (name: "max_attempts" | "methods" | "statuses", label: string, preset: string) => (
    <TextInput
      size="sm"
      label={label}
      placeholder={preset}
      data-pointer={`/retry/${name}`}
      value={retry[name]}
      error={faultUnder(faults, `/retry/${name}`)}
      onChange={(event) => onRetry({ ...retry, [name]: event.currentTarget.value })}
    />
  );
  return (
    <Stack gap="lg" maw={760}>
      <section aria-label="Limits">
        <Title order={2} size="h6" mb={6}>
          Limits
        </Title>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {LIMIT_NAMES.map((name) => (
            <TextInput
              key={name}
              size="sm"
              inputMode="decimal"
              label={LIMIT_TITLES[name]}
              placeholder={`${source.limits[name]}, as the data source`}
              data-pointer={`/limits/${name}`}
              value={limits[name]}
              error={faults.get(`/limits/${name}`)}
              onChange={(event) => onLimits({ ...limits, [name]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
      </section>
      <section aria-label="Retries">
        <Title order={2} size="h6" mb={6}>
          Retries
        </Title>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          {text("max_attempts", "Most attempts", `${source.retry.max_attempts}`)}
          {text("methods", "For methods", source.retry.methods.join(", "))}
          {text("statuses", "For statuses", source.retry.statuses.join(", "))}
          <NativeSelect
            size="sm"
            label="Wait as Retry-After says"
            data-pointer="/retry/respect_retry_after"
            data={[
              { value: "", label: `As the data source (${whether})` },
              { value: "yes", label: "Yes" },
              { value: "no", label: "No" },
            ]}
            value={retry.respect_retry_after}
            onChange={(event) =>
              onRetry({
                ...retry,
                respect_retry_after: event.currentTarget.value as RetryDraft["respect_retry_after"],
              })
            }
          />
        </SimpleGrid>
      </section>
    </Stack>
  );
}

/** A list is typed in one field, so a fault of any of its items stands there. */
function faultUnder(faults: Faults, pointer: string): string | undefined {
  return [...faults].find(([at]) => at === pointer || at.startsWith(`${pointer}/`))?.[1];
}
