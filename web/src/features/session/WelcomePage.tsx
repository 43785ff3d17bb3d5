// A one-time link: makes the first account, accepts an invitation, or sets a new password.
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type WelcomeLink, welcomeQuery } from "@/api/session";
import { inWords } from "@/lib/problem";
import { Waiting } from "@/ui/Waiting";
import { EntryFrame } from "./EntryFrame";
import { WelcomeForm } from "./WelcomeForm";

const route = getRouteApi("/welcome");

export function WelcomePage() {
  const { token } = route.useSearch();
  if (!token) {
    return (
      <Useless
        title="This link is not complete"
        text="Copy the whole one-time link, up to its last character."
      />
    );
  }
  return <Welcome token={token} />;
}

function Welcome({ token }: { token: string }) {
  const { data: link, error } = useQuery(welcomeQuery(token));
  if (error) return <Useless title="This link cannot be used" text={inWords(error)} />;
  if (!link) return <Waiting />;
  return (
    <EntryFrame title={titleOf(link)} text={textOf(link)}>
      <WelcomeForm token={token} link={link} />
    </EntryFrame>
  );
}

function titleOf({ kind }: WelcomeLink): string {
  return kind === "reset" ? "Choose a new password" : "Welcome";
}

function textOf({ kind, email, role }: WelcomeLink): string {
  switch (kind) {
    case "first":
      return "Make the first account. It is an admin: it can do everything here.";
    case "invite":
      return `You were invited as ${role}. You will sign in as ${email}.`;
    case "reset":
      return `For ${email}. Sessions that are open elsewhere end.`;
  }
}

function Useless({ title, text }: { title: string; text: string }) {
  return (
    <EntryFrame title={title} text={text}>
      <Anchor component={Link} to="/">
        Go to sign-in
      </Anchor>
    </EntryFrame>
  );
}
