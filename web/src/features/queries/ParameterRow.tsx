// What one parameter is: name, type, required, default, and folded away its words and limits.
import {
  ActionIcon,
  Checkbox,
  NativeSelect,
  Textarea,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useId, useState } from "react";
import type { ParameterType } from "@/api/types";
import { ChevronIcon, CloseIcon, DownIcon } from "@/ui/icons";
import type { Faults } from "./faults";
import classes from "./ParameterRow.module.css";
import { LIMITS_OF, type LimitField, PARAMETER_TYPES, type ParameterDraft } from "./parameterDraft";

interface Props {
  parameter: ParameterDraft;
  at: number;
  faults: Faults;
  onChange: (parameter: ParameterDraft) => void;
  onRemove: () => void;
}

export function ParameterRow({ parameter, at, faults, onChange, onRemove }: Props) {
  const pointer = `/parameters/${at}`;
  const which = parameter.name || `parameter ${at + 1}`;
  const folded = ["description", ...LIMITS_OF[parameter.type].map(({ name }) => name)];
  const faulty = folded.some((name) => faults.has(`${pointer}/${name}`));
  // An enum is nothing without its values, so they are shown from the start.
  const [opened, setOpened] = useState(false);
  const open = opened || faulty || (parameter.type === "enum" && !parameter.limits.enum);
  const details = useId();

  return (
    <div role="group" aria-label={which}>
      <div className={classes.row}>
        <UnstyledButton
          className={classes.fold}
          aria-label={`More of ${which}`}
          aria-expanded={open}
          aria-controls={open ? details : undefined}
          onClick={() => setOpened(!open)}
        >
          {open ? <DownIcon size={16} /> : <ChevronIcon size={16} />}
        </UnstyledButton>
        <TextInput
          aria-label={`Name of parameter ${at + 1}`}
          placeholder="name"
          classNames={{ input: "sk-code" }}
          spellCheck={false}
          autoComplete="off"
          data-pointer={`${pointer}/name`}
          value={parameter.name}
          error={faults.get(`${pointer}/name`) ?? faults.get(pointer)}
          onChange={(event) => onChange({ ...parameter, name: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={`Type of ${which}`}
          data={PARAMETER_TYPES}
          data-pointer={`${pointer}/type`}
          value={parameter.type}
          error={faults.get(`${pointer}/type`)}
          onChange={(event) =>
            onChange({ ...parameter, type: event.currentTarget.value as ParameterType })
          }
        />
        <TextInput
          aria-label={`Default of ${which}`}
          placeholder="default"
          classNames={{ input: "sk-code" }}
          data-pointer={`${pointer}/default`}
          value={parameter.default}
          error={faults.get(`${pointer}/default`)}
          onChange={(event) => onChange({ ...parameter, default: event.currentTarget.value })}
        />
        <Checkbox
          className={classes.required}
          label="Required"
          aria-label={`${which} is required`}
          checked={parameter.required}
          onChange={(event) => onChange({ ...parameter, required: event.currentTarget.checked })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label={`Remove ${which}`}
          onClick={onRemove}
        >
          <CloseIcon size={16} />
        </ActionIcon>
      </div>
      {open && (
        <div id={details} className={classes.details}>
          <TextInput
            className={classes.wide}
            size="xs"
            label="Description"
            data-pointer={`${pointer}/description`}
            value={parameter.description}
            error={faults.get(`${pointer}/description`)}
            onChange={(event) => onChange({ ...parameter, description: event.currentTarget.value })}
          />
          {LIMITS_OF[parameter.type].map((limit) => (
            <LimitInput
              key={limit.name}
              limit={limit}
              pointer={`${pointer}/${limit.name}`}
              text={parameter.limits[limit.name] ?? ""}
              error={faults.get(`${pointer}/${limit.name}`)}
              onChange={(text) =>
                onChange({ ...parameter, limits: { ...parameter.limits, [limit.name]: text } })
              }
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface LimitProps {
  limit: LimitField;
  pointer: string;
  text: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function LimitInput({ limit, pointer, text, error, onChange }: LimitProps) {
  const { title, kind } = limit;
  const long = kind === "json" || kind === "values";
  const shared = {
    size: "xs" as const,
    label: title,
    "data-pointer": pointer,
    value: text,
    error,
    spellCheck: false,
    classNames: { input: "sk-code" },
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  if (!long) {
    return <TextInput {...shared} inputMode={kind === "number" ? "decimal" : undefined} />;
  }
  return <Textarea {...shared} className={classes.wide} autosize minRows={2} maxRows={8} />;
}
