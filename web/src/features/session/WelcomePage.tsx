// The one-time link of the first start: makes the first account and signs it in.
import { Alert, Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { createFirstAccount, sessionQuery } from "@/api/session";
import { fieldErrors } from "@/lib/pointer";
import { ApiProblem, inWords } from "@/lib/problem";
import { EntryFrame } from "./EntryFrame";

const route = getRouteApi("/welcome");

export function WelcomePage() {
  const { token } = route.useSearch();
  if (!token) {
    return (
      <EntryFrame
        title="This link is not complete"
        text="Copy the whole one-time link from Sourcekeep's console, up to its last character."
      >
        <Anchor component={Link} to="/">
          Go to sign-in
        </Anchor>
      </EntryFrame>
    );
  }
  return (
    <EntryFrame
      title="Welcome"
      text="Make the first account. It is an admin: it can do everything here."
    >
      <FirstAccountForm token={token} />
    </EntryFrame>
  );
}

function FirstAccountForm({ token }: { token: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({ email: "", name: "", password: "" });
  const creation = useMutation({
    mutationFn: () => createFirstAccount({ token, ...values, email: values.email.trim() }),
    onSuccess: (user) => {
      queries.setQueryData(sessionQuery.queryKey, user);
      void navigate({ to: "/data-sources", replace: true });
    },
  });
  const problem = creation.error instanceof ApiProblem ? creation.error : null;
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
    creation.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        {creation.isError && errors.size === 0 && (
          <Alert color="red" role="alert">
            {inWords(creation.error)}
          </Alert>
        )}
        <TextInput label="Name" autoComplete="name" {...field("name")} />
        <TextInput label="Email" type="email" autoComplete="username" {...field("email")} />
        <PasswordInput
          label="Password"
          description="At least 10 characters."
          autoComplete="new-password"
          {...field("password")}
        />
        <Button type="submit" loading={creation.isPending}>
          Make the account
        </Button>
      </Stack>
    </form>
  );
}
