// One row of name and value, with its marks and the button that removes it.
import { ActionIcon, Tooltip } from "@mantine/core";
import type { ClipboardEvent, KeyboardEvent, ReactNode } from "react";
import type { Pair, Secret } from "@/api/types";
import { HEADER_NAMES, headerValues } from "@/lib/headerWords";
import { BarredIcon, CloseIcon, EyeIcon, EyeOffIcon, LockIcon, UnlockIcon } from "./icons";
import classes from "./PairRows.module.css";
import { SecretField } from "./SecretField";
import { TemplateInput } from "./TemplateInput";

interface PairRowProps {
  noun: string;
  position: number;
  row: Pair;
  stored: Pair["value"];
  /** JSON Pointer of this row. */
  at: string;
  errors: ReadonlyMap<string, string>;
  marks: boolean;
  removable: boolean;
  placeholder: { name: string; value: string } | undefined;
  onChange: (row: Pair) => void;
  onRemove: () => void;
  /** Enter in the last row adds another. */
  onEnter: (() => void) | undefined;
  onPasteName: (event: ClipboardEvent) => void;
}

export function PairRow(props: PairRowProps) {
  const { noun, position, row, at, errors, marks, removable, onChange, onEnter } = props;
  const which = `${noun} ${position + 1}`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !onEnter) return;
    event.preventDefault();
    onEnter();
  };
  const removes = removable && row.value === null;
  const isHeader = noun === "header";
  const valueError = errors.get(`${at}/value`);

  return (
    <div className={marks ? classes.rowWithMarks : classes.row} role="group" aria-label={which}>
      <TemplateInput
        data-name-of-row
        data-pointer={`${at}/name`}
        aria-label={`Name of ${which}`}
        placeholder={props.placeholder?.name ?? "Name"}
        classNames={{ input: "sk-code" }}
        templates={false}
        words={isHeader ? HEADER_NAMES : undefined}
        value={row.name}
        error={errors.get(`${at}/name`) ?? errors.get(at)}
        onChange={(name) => onChange({ ...row, name })}
        onPaste={props.onPasteName}
        onKeyDown={onKeyDown}
      />
      {row.secret ? (
        <SecretField
          label={`Value of ${which}`}
          hideLabel
          placeholder="Secret value"
          value={secretOf(row.value)}
          stored={secretOf(props.stored)}
          error={valueError}
          data-pointer={`${at}/value`}
          onChange={(value) => onChange({ ...row, value })}
        />
      ) : (
        <TemplateInput
          data-pointer={`${at}/value`}
          aria-label={`Value of ${which}`}
          placeholder={removes ? "Not sent at all" : (props.placeholder?.value ?? "Value")}
          disabled={removes}
          classNames={{ input: "sk-code" }}
          words={isHeader ? headerValues(row.name) : undefined}
          value={row.value === null ? "" : String(row.value)}
          error={valueError}
          onChange={(value) => onChange({ ...row, value })}
          onKeyDown={onKeyDown}
        />
      )}
      <div className={classes.actions}>
        {removable && (
          <Mark
            on={removes}
            label={`Remove the data source's: ${which}`}
            title={
              removes
                ? `The data source's ${noun} of this name is not sent`
                : `Send no ${noun} of this name, not even the data source's`
            }
            icon={<BarredIcon size={16} />}
            onClick={() => onChange({ ...row, value: removes ? "" : null })}
          />
        )}
        {marks && (
          <>
            <Mark
              on={row.secret === true}
              label={`Secret: ${which}`}
              title={
                row.secret ? "Secret: stored encrypted, never shown again" : "Make the value secret"
              }
              icon={row.secret ? <EyeOffIcon size={16} /> : <EyeIcon size={16} />}
              onClick={() => onChange(toggleSecret(row, props.stored))}
            />
            <Mark
              on={row.locked === true}
              label={`Locked: ${which}`}
              title={row.locked ? "Locked: queries cannot change it" : "Lock against queries"}
              icon={row.locked ? <LockIcon size={16} /> : <UnlockIcon size={16} />}
              onClick={() => onChange({ ...row, locked: !row.locked })}
            />
          </>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label={`Remove ${which}`}
          onClick={props.onRemove}
        >
          <CloseIcon size={16} />
        </ActionIcon>
      </div>
    </div>
  );
}

interface MarkProps {
  on: boolean;
  label: string;
  title: string;
  icon: ReactNode;
  onClick: () => void;
}

function Mark({ on, label, title, icon, onClick }: MarkProps) {
  return (
    <Tooltip label={title}>
      <ActionIcon
        variant={on ? "light" : "subtle"}
        color={on ? "keep" : "gray"}
        c={on ? undefined : "dimmed"}
        size="lg"
        aria-label={label}
        aria-pressed={on}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** A number or a boolean that becomes secret is the text of it. */
function secretOf(value: Pair["value"]): Secret {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** Text goes along either way; a stored secret cannot be shown again, so it is typed anew. */
function toggleSecret(row: Pair, stored: Pair["value"]): Pair {
  if (!row.secret) return { ...row, secret: true, value: row.value === "" ? stored : row.value };
  return { ...row, secret: false, value: typeof row.value === "string" ? row.value : "" };
}
