// A query's typed inputs: what each one is. The values to run with stand beside Run.
import { Button, Group, Stack, Text } from "@mantine/core";
import { PlusIcon } from "@/ui/icons";
import type { Faults } from "./faults";
import { ParameterRow } from "./ParameterRow";
import { NEW_PARAMETER, type ParameterDraft } from "./parameterDraft";

interface Props {
  parameters: ParameterDraft[];
  faults: Faults;
  /** Named in templates and not defined. */
  missing: string[];
  onChange: (parameters: ParameterDraft[]) => void;
}

export function ParametersTab({ parameters, faults, missing, onChange }: Props) {
  const add = (name: string) => onChange([...parameters, { ...NEW_PARAMETER, name }]);
  return (
    <>
      {parameters.length === 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          Parameters are the only thing a caller of this query can vary. Use one anywhere in the
          request as {"{{ params.id }}"}.
        </Text>
      )}
      <Stack gap="xs">
        {parameters.map((parameter, at) => (
          <ParameterRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            key={at}
            parameter={parameter}
            at={at}
            faults={faults}
            onChange={(next) => onChange(parameters.with(at, next))}
            onRemove={() => onChange(parameters.toSpliced(at, 1))}
          />
        ))}
      </Stack>
      <Group gap="xs" mt="xs">
        {missing.map((name) => (
          <Button
            key={name}
            size="compact-sm"
            variant="light"
            leftSection={<PlusIcon size={16} />}
            onClick={() => add(name)}
          >
            Define {name}, which the request uses
          </Button>
        ))}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<PlusIcon size={16} />}
          onClick={() => add("")}
        >
          Add parameter
        </Button>
      </Group>
    </>
  );
}
