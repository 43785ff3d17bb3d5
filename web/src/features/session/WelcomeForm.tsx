// What the person says whom a one-time link is for; then they are signed in.
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { answerLink, sessionQuery, type WelcomeLink } from "@/api/session";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, inWords } from "@/lib/problem";

const VERBS = {
  first: "Make the account",
  invite: "Join",
  reset: "Set the password",
} as const;

export function WelcomeForm({ token, link }: { token: string; link: WelcomeLink }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({
    email: link.email ?? "",
    name: link.name ?? "",
    password: "",
  });
  const answering = useMutation({
    mutationFn: () => answerLink({ token, ...values, email: values.email.trim() }),
    onSuccess: (user) => {
      // Whoever was signed in here before, nothing that they saw is kept for this person.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
      queries.setQueryData(sessionQuery.queryKey, user);
      void navigate({ to: "/data-sources", replace: true });
    },
  });
  const problem = answering.error instanceof ApiProblem ? answering.error : null;
  const errors = fieldErrors(problem?.errors ?? []);
  const field = (name: keyof typeof values) => ({
    required: true,
    value: values[name],
    error: errors.get(`/${name}`),
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [name]: value }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answering.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        {answering.isError && errors.size === 0 && (
          <Alert color="red" role="alert">
            {inWords(answering.error)}
          </Alert>
        )}
        {link.kind !== "reset" && <TextInput label="Name" autoComplete="name" {...field("name")} />}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          readOnly={link.email !== null}
          {...field("email")}
        />
        <PasswordInput
          label="Password"
          description="At least 10 characters."
          autoComplete="new-password"
          {...field("password")}
        />
        <Button type="submit" loading={answering.isPending}>
          {VERBS[link.kind]}
        </Button>
      </Stack>
    </form>
  );
}
