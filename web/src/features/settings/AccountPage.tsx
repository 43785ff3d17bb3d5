// /settings/account: who one is here, one's password, and where one is signed in.
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "@/api/session";
import { FormSection } from "@/ui/FormSection";
import { usePageTitle } from "@/ui/usePageTitle";
import { PasswordForm } from "./PasswordForm";
import { Sessions } from "./Sessions";

export function AccountPage() {
  usePageTitle("My account");
  const { data: user } = useQuery(sessionQuery);
  if (!user) return null;
  return (
    <Stack gap={0}>
      <Text mb="lg" size="sm">
        {user.name}, {user.email}, signed in as <strong>{user.role}</strong>
      </Text>
      <FormSection title="Password" help="A change ends your other sessions.">
        <PasswordForm email={user.email} />
      </FormSection>
      <FormSection title="Sessions" help="Where you are signed in.">
        <Sessions />
      </FormSection>
    </Stack>
  );
}
