// Mantine's look on the router's links, with the router's types for address, params and search.
import { Button, type ButtonProps, NavLink, type NavLinkProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> };

function ButtonAnchor(props: ButtonProps & Omit<AnchorProps, keyof ButtonProps>) {
  return <Button component="a" {...props} />;
}

function NavAnchor(props: NavLinkProps & Omit<AnchorProps, keyof NavLinkProps>) {
  return <NavLink component="a" {...props} />;
}

export const ButtonLink = createLink(ButtonAnchor);
export const NavigationLink = createLink(NavAnchor);
