// Makes a constant or changes its value, which anyone who edits queries may read.
import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Constant, putConstant } from "@/api/templateValues";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, type FieldError } from "@/lib/problem";
import { Refusal } from "@/ui/Refusal";
import { NAME_RULE, nameFaults } from "./secretDraft";

interface ConstantDialogProps {
  /** The constant to change, or none to make one. */
  constant: Constant | null;
  taken: string[];
  onClose: () => void;
}

export function ConstantDialog(props: ConstantDialogProps) {
  const { constant, onClose } = props;
  return (
    <Modal
      opened
      onClose={onClose}
      title={constant ? `Change ${constant.name}` : "Add a constant"}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
    >
      <ConstantForm {...props} />
    </Modal>
  );
}

function ConstantForm({ constant, taken, onClose }: ConstantDialogProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(constant?.name ?? "");
  const [value, setValue] = useState(constant?.value ?? "");
  const [errors, setErrors] = useState<FieldError[]>([]);
  const words = fieldErrors(errors);
  const saving = useMutation({
    mutationFn: () => putConstant(name, value),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["constants"] });
      onClose();
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.errors : []),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = constant ? [] : nameFaults(name);
    if (!constant && taken.includes(name)) {
      found.push({
        pointer: "/name",
        code: "name_taken",
        detail: "There is a constant of this name.",
      });
    }
    setErrors(found);
    if (found.length === 0) saving.mutate();
  };

  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Refusal error={errors.length === 0 ? saving.error : null} />
        {!constant && (
          <TextInput
            label="Name"
            description={`Templates name it {{ constants.${name || "name"} }}. ${NAME_RULE}`}
            data-autofocus
            required
            classNames={{ input: "sk-code" }}
            autoComplete="off"
            spellCheck={false}
            value={name}
            error={words.get("/name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
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
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {constant ? "Save" : "Add"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
