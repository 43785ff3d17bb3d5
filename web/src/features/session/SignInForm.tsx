// Email and password, with the refusal in words beside them.
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { sessionQuery, signIn } from "@/api/session";
import { inWords } from "@/lib/problem";

export function SignInForm() {
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const entry = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: (user) => {
      const before = queries.getQueryData(sessionQuery.queryKey);
      if (before && before.id !== user.id) {
        // Somebody else took over: nothing that the last person saw or typed is theirs.
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
        sessionStorage.clear();
      }
      queries.setQueryData(sessionQuery.queryKey, user);
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    entry.mutate();
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        {entry.isError && (
          <Alert color="red" role="alert">
            {inWords(entry.error)}
          </Alert>
        )}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          required
          data-autofocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={entry.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
