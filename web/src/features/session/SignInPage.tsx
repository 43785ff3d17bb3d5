// Stands at every address while nobody is signed in.
import { Text } from "@mantine/core";
import { EntryFrame } from "./EntryFrame";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  return (
    <EntryFrame title="Sign in">
      <SignInForm />
      <Text size="xs" c="dimmed">
        First start? Open the one-time link that Sourcekeep printed on its console.
      </Text>
    </EntryFrame>
  );
}
