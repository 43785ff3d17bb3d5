// A token just made: its text, this once, and a line that tries it.
import { Alert, Stack, Text } from "@mantine/core";
import type { CallerToken } from "@/api/callers";
import { CopyBlock } from "@/ui/CopyBlock";
import { ButtonLink } from "@/ui/links";
import type { Named } from "./callerDraft";

interface NewTokenProps {
  made: CallerToken & { token: string };
  queries: (Named & { data_source: string })[];
}

export function NewToken({ made, queries }: NewTokenProps) {
  const { token, policy } = made;
  const query = queries.find(({ id, name, data_source: source }) => {
    const named = policy.queries?.some((ref) => ref === id || ref === name) ?? true;
    return named && (policy.sources?.includes(source) ?? true);
  });
  return (
    <Stack maw={760}>
      <Alert color="keep" variant="light" role="status" title="Copy the token now">
        It is not stored in clear and not shown again. If it is lost, revoke it and make another.
      </Alert>
      <CopyBlock label="Token" text={token} autoFocus />
      <CopyBlock label="Try it" text={curlOf(token, query)} />
      <Text size="sm" c="dimmed">
        {query
          ? `The line runs the query ${query.name}. Give its parameters in the JSON body.`
          : "The line lists the queries that the token may see."}
      </Text>
      <div>
        <ButtonLink to="/callers">Done</ButtonLink>
      </div>
    </Stack>
  );
}

function curlOf(token: string, query: Named | undefined): string {
  const api = `${window.location.origin}/api/v1`;
  const credential = `-H "Authorization: Bearer ${token}"`;
  if (!query) return `curl ${credential} ${api}/queries`;
  return [
    `curl ${credential} -H "Content-Type: application/json"`,
    `  -d '{"parameters": {}}' ${api}/queries/${encodeURIComponent(query.id)}/run`,
  ].join(" \\\n");
}
