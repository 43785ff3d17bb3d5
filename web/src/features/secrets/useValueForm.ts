// Sending a secret or a constant: faults at their fields, and closed once it is saved.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, type FieldError } from "@/lib/problem";
import { nameFaults } from "./secretDraft";

interface ValueForm {
  noun: "secret" | "constant";
  /** The name that is to be given, or null when the value has one. */
  newName: string | null;
  /** Names that are given already. */
  taken: string[];
  /** What else can be told to be wrong before anything is sent. */
  faults: () => FieldError[];
  put: () => Promise<unknown>;
  onClose: () => void;
}

export function useValueForm({ noun, newName, taken, faults, put, onClose }: ValueForm) {
  const queries = useQueryClient();
  const [errors, setErrors] = useState<FieldError[]>([]);
  const saving = useMutation({
    mutationFn: put,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: [`${noun}s`] });
      onClose();
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.errors.map(atField) : []),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = [...(newName === null ? [] : nameFaults(newName)), ...faults()];
    if (newName !== null && taken.includes(newName)) {
      const detail = `There is a ${noun} of this name.`;
      found.push({ pointer: "/name", code: "name_taken", detail });
    }
    setErrors(found);
    if (found.length === 0) saving.mutate();
  };
  return {
    submit,
    busy: saving.isPending,
    words: useMemo(() => fieldErrors(errors), [errors]),
    /** A refusal that belongs to no field. */
    failure: errors.length === 0 ? saving.error : null,
  };
}

/** A fault of one member of a list is shown at the list: "/data_sources/0" at "/data_sources". */
function atField(error: FieldError): FieldError {
  return { ...error, pointer: error.pointer.replace(/^(\/[^/]+)\/.*/, "$1") };
}
