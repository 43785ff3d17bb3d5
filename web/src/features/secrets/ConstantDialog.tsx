// Makes a constant or changes its value, which anyone who edits queries may read.
import { Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { type Constant, putConstant } from "@/api/templateValues";
import { FormButtons, FormDialog } from "@/ui/FormDialog";
import { Refusal } from "@/ui/Refusal";
import { NameField } from "./NameField";
import { useValueForm } from "./useValueForm";

interface ConstantDialogProps {
  /** The constant to change, or none to make one. */
  constant: Constant | null;
  taken: string[];
  onClose: () => void;
}

export function ConstantDialog(props: ConstantDialogProps) {
  const { constant, onClose } = props;
  return (
    <FormDialog title={constant ? `Change ${constant.name}` : "Add a constant"} onClose={onClose}>
      <ConstantForm {...props} />
    </FormDialog>
  );
}

function ConstantForm({ constant, taken, onClose }: ConstantDialogProps) {
  const [name, setName] = useState(constant?.name ?? "");
  const [value, setValue] = useState(constant?.value ?? "");
  const { submit, words, failure, busy } = useValueForm({
    noun: "constant",
    newName: constant ? null : name,
    taken,
    faults: () => [],
    put: () => putConstant(name, value),
    onClose,
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Refusal error={failure} />
        {!constant && (
          <NameField space="constants" value={name} error={words.get("/name")} onChange={setName} />
        )}
        <Textarea
          label="Value"
          description="Not a secret: everyone who edits queries can read it."
          data-autofocus={constant ? true : undefined}
          autosize
          minRows={1}
          maxRows={12}
          classNames={{ input: "sk-code" }}
          spellCheck={false}
          value={value}
          error={words.get("/value")}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <FormButtons verb={constant ? "Save" : "Add"} busy={busy} onCancel={onClose} />
      </Stack>
    </form>
  );
}
