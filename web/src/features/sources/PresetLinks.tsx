// Beside the authentication of a known API: where its credential comes from, and how it is described.
import { Anchor, Text } from "@mantine/core";
import type { Preset } from "@/api/types";
import { CredentialWords } from "./FirstSteps";

export function PresetLinks({ preset }: { preset: Preset }) {
  return (
    <Text size="sm" c="dimmed" component="p" m={0}>
      {preset.credential && (
        <>
          <CredentialWords preset={preset} />{" "}
        </>
      )}
      <Anchor
        href={preset.documentation_url}
        target="_blank"
        rel="noreferrer"
        size="sm"
        underline="always"
      >
        {preset.title} API documentation
      </Anchor>
    </Text>
  );
}
