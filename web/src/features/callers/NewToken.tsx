// A token just made: its text, this once, and a line that tries it.
import { Alert, Stack, Text } from "@mantine/core";
import type { CallerToken } from "@/api/callers";
import type { Query } from "@/api/types";
import { CopyBlock } from "@/ui/CopyBlock";
import { ButtonLink } from "@/ui/links";

interface NewTokenProps {
  made: CallerToken & { token: string };
  queries: Query[];
}

export function NewToken({ made, queries }: NewTokenProps) {
  const { token, policy } = made;
  const allowed = queries.filter(
    ({ id, data_source: source }) =>
      (policy.queries?.includes(id) ?? true) && (policy.sources?.includes(source) ?? true),
  );
  const query = allowed.find(runsAsItIs) ?? allowed[0];
  return (
    <Stack maw={760}>
      <Alert color="keep" variant="light" role="status" title="Copy the token now">
        It is not stored in clear and not shown again. If it is lost, revoke it and make another.
      </Alert>
      <CopyBlock label="Token" text={token} autoFocus />
      <CopyBlock label="Try it" text={curlOf(token, query)} />
      <Text size="sm" c="dimmed">
        {query
          ? `It runs the query ${query.name}. Parameters go into the JSON body.`
          : "It lists the queries that the token may see."}
      </Text>
      <div>
        <ButtonLink to="/callers">Done</ButtonLink>
      </div>
    </Stack>
  );
}

/** Whether it runs without being told anything. */
function runsAsItIs({ parameters }: Query): boolean {
  return !parameters.some((each) => each.required && each.default === undefined);
}

function curlOf(token: string, query: Query | undefined): string {
  const api = `${window.location.origin}/api/v1`;
  const credential = `-H "Authorization: Bearer ${token}"`;
  if (!query) return `curl ${credential} ${api}/queries`;
  return [
    `curl ${credential}`,
    `  -H "Content-Type: application/json" -d '{"parameters": {}}'`,
    `  ${api}/queries/${encodeURIComponent(query.id)}/run`,
  ].join(" \\\n");
}
