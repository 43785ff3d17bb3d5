// The values to run with, always in view beside Run: a field for each parameter of the query.
import { Text } from "@mantine/core";
import type { Faults } from "./faults";
import { ParameterValue } from "./ParameterValue";
import type { ParameterDraft } from "./parameterDraft";
import { type ValueTexts, valuePointer } from "./parameterInput";
import classes from "./RunValues.module.css";

interface Props {
  parameters: ParameterDraft[];
  values: ValueTexts;
  faults: Faults;
  onValue: (name: string, text: string | undefined) => void;
}

export function RunValues({ parameters, values, faults, onValue }: Props) {
  const named = parameters.filter(({ name }) => name !== "");
  const strays = [...faults].filter(
    ([pointer]) =>
      pointer.startsWith("/values/") && !named.some(({ name }) => valuePointer(name) === pointer),
  );
  if (named.length === 0 && strays.length === 0) return null;
  return (
    <section aria-label="Values to run with" className={classes.values}>
      {named.map((parameter) => (
        <ParameterValue
          key={`${parameter.name} ${parameter.type}`}
          parameter={parameter}
          text={values.get(parameter.name)}
          error={faults.get(valuePointer(parameter.name))}
          onChange={(text) => onValue(parameter.name, text)}
        />
      ))}
      {strays.map(([pointer, words]) => (
        <Text key={pointer} size="sm" c="var(--mantine-color-error)" role="alert">
          {words}
        </Text>
      ))}
    </section>
  );
}
