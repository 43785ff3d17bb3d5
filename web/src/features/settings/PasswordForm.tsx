// The present password and the next one.
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changePassword } from "@/api/people";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem } from "@/lib/problem";
import { Refusal } from "@/ui/Refusal";

export function PasswordForm({ email }: { email: string }) {
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const saving = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      void queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  const problem = saving.error instanceof ApiProblem ? saving.error : null;
  const words = fieldErrors(problem?.errors ?? []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Change the password">
      <Stack maw={360}>
        <Refusal error={words.size === 0 ? saving.error : null} />
        {/* Tells a password manager whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          required
          value={current}
          error={words.get("/current")}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description="At least 10 characters."
          autoComplete="new-password"
          required
          value={next}
          error={words.get("/new")}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" loading={saving.isPending}>
            Change the password
          </Button>
          <Text size="sm" role="status">
            {saving.isSuccess ? "Changed. Your other sessions have ended." : ""}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
