// A query's typed inputs: the values to run with, and below them what each one is.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { PlusIcon } from "@/ui/icons";
import type { Faults } from "./faults";
import { ParameterRow } from "./ParameterRow";
import classes from "./ParametersTab.module.css";
import { ParameterValue } from "./ParameterValue";
import { NEW_PARAMETER, type ParameterDraft } from "./parameterDraft";
import { type ValueTexts, valuePointer } from "./parameterInput";

interface Props {
  parameters: ParameterDraft[];
  values: ValueTexts;
  faults: Faults;
  /** Named in templates and not defined. */
  missing: string[];
  /** A runner gives values; defining them is an editor's. */
  canEdit: boolean;
  onChange: (parameters: ParameterDraft[]) => void;
  onValue: (name: string, text: string | undefined) => void;
}

export function ParametersTab(props: Props) {
  const { parameters, values, faults, missing, canEdit, onChange, onValue } = props;
  const named = parameters.filter(({ name }) => name !== "");
  const add = (name: string) => onChange([...parameters, { ...NEW_PARAMETER, name }]);
  const strays = [...faults].filter(
    ([pointer]) =>
      pointer.startsWith("/values/") && !named.some(({ name }) => valuePointer(name) === pointer),
  );

  return (
    <Stack gap="lg">
      {named.length > 0 && (
        <section aria-label="Values to run with">
          <Title order={2} size="h6" mb={6}>
            Values to run with
          </Title>
          <div className={classes.values}>
            {named.map((parameter) => (
              <ParameterValue
                key={`${parameter.name} ${parameter.type}`}
                parameter={parameter}
                text={values.get(parameter.name)}
                error={faults.get(valuePointer(parameter.name))}
                onChange={(text) => onValue(parameter.name, text)}
              />
            ))}
          </div>
        </section>
      )}
      {strays.map(([pointer, words]) => (
        <Text key={pointer} size="sm" c="var(--mantine-color-error)" role="alert">
          {words}
        </Text>
      ))}
      {canEdit && (
        <section aria-label="Definitions">
          {named.length > 0 && (
            <Title order={2} size="h6" mb={6}>
              Definitions
            </Title>
          )}
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
        </section>
      )}
    </Stack>
  );
}
