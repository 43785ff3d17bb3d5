// The parts of a multipart body: a value, or a file with its name and content type.
import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import type { MultipartPart } from "@/api/types";
import { CloseIcon, PlusIcon } from "@/ui/icons";
import { TemplateInput } from "@/ui/TemplateInput";
import { FileField } from "./FileField";
import type { Faults } from "./faults";
import classes from "./PartRows.module.css";

interface Props {
  parts: MultipartPart[];
  faults: Faults;
  onChange: (parts: MultipartPart[]) => void;
}

export function PartRows({ parts, faults, onChange }: Props) {
  return (
    <Stack gap="sm">
      {parts.map((part, at) => (
        <PartRow
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
          key={at}
          part={part}
          at={at}
          faults={faults}
          onChange={(next) => onChange(parts.with(at, next))}
          onRemove={() => onChange(parts.toSpliced(at, 1))}
        />
      ))}
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon size={16} />}
          onClick={() => onChange([...parts, { name: "", value: "" }])}
        >
          Add part
        </Button>
      </Group>
    </Stack>
  );
}

interface RowProps {
  part: MultipartPart;
  at: number;
  faults: Faults;
  onChange: (part: MultipartPart) => void;
  onRemove: () => void;
}

function PartRow({ part, at, faults, onChange, onRemove }: RowProps) {
  const which = `part ${at + 1}`;
  const pointer = `/body/parts/${at}`;
  const isFile = part.data_base64 !== undefined && part.data_base64 !== null;
  return (
    <div className={classes.row} role="group" aria-label={which}>
      <TextInput
        aria-label={`Name of ${which}`}
        placeholder="Name"
        classNames={{ input: "sk-code" }}
        data-pointer={`${pointer}/name`}
        value={part.name}
        error={faults.get(`${pointer}/name`) ?? faults.get(pointer)}
        onChange={(event) => onChange({ ...part, name: event.currentTarget.value })}
      />
      <NativeSelect
        aria-label={`What ${which} is`}
        data={[
          { value: "value", label: "Value" },
          { value: "file", label: "File" },
        ]}
        value={isFile ? "file" : "value"}
        onChange={(event) =>
          onChange(
            event.currentTarget.value === "file"
              ? { name: part.name, filename: "", data_base64: "" }
              : { name: part.name, value: "" },
          )
        }
      />
      {isFile ? (
        <FileFields
          part={part}
          pointer={pointer}
          which={which}
          faults={faults}
          onChange={onChange}
        />
      ) : (
        <TemplateInput
          aria-label={`Value of ${which}`}
          placeholder="Value"
          classNames={{ input: "sk-code" }}
          data-pointer={`${pointer}/value`}
          value={part.value === undefined || part.value === null ? "" : String(part.value)}
          error={faults.get(`${pointer}/value`)}
          onChange={(value) => onChange({ ...part, value })}
        />
      )}
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
  );
}

interface FileFieldsProps {
  part: MultipartPart;
  pointer: string;
  which: string;
  faults: Faults;
  onChange: (part: MultipartPart) => void;
}

function FileFields({ part, pointer, which, faults, onChange }: FileFieldsProps) {
  return (
    <Stack gap={6}>
      <FileField
        label={`file of ${which}`}
        pointer={`${pointer}/data_base64`}
        base64={part.data_base64 ?? ""}
        name={part.filename ?? undefined}
        error={faults.get(`${pointer}/data_base64`)}
        onChoose={({ base64, name, type }) =>
          onChange({
            name: part.name || "file",
            filename: name,
            content_type: type || "application/octet-stream",
            data_base64: base64,
          })
        }
      />
      <Group gap="xs" grow>
        <TextInput
          size="xs"
          aria-label={`File name of ${which}`}
          placeholder="File name"
          data-pointer={`${pointer}/filename`}
          value={part.filename ?? ""}
          error={faults.get(`${pointer}/filename`)}
          onChange={(event) => onChange({ ...part, filename: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          aria-label={`Content type of ${which}`}
          placeholder="Content type"
          data-pointer={`${pointer}/content_type`}
          value={part.content_type ?? ""}
          error={faults.get(`${pointer}/content_type`)}
          onChange={(event) => onChange(withType(part, event.currentTarget.value))}
        />
      </Group>
    </Stack>
  );
}

function withType(part: MultipartPart, type: string): MultipartPart {
  const { content_type: _, ...rest } = part;
  return type === "" ? rest : { ...rest, content_type: type };
}
