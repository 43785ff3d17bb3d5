// Mantine's looks on the router's links: addresses, params and search stay checked by the compiler.
import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
  NavLink,
  type NavLinkProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Own = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "style" | "color"> & {
  ref?: Ref<HTMLAnchorElement>;
};

export const AnchorLink = createLink((props: AnchorProps & Own) => <Anchor {...props} />);

export const ButtonLink = createLink((props: ButtonProps & Own) => (
  <Button component="a" {...props} />
));

export const IconLink = createLink((props: ActionIconProps & Own) => (
  <ActionIcon component="a" {...props} />
));

export const ItemLink = createLink((props: MenuItemProps & Own) => (
  <Menu.Item component="a" {...props} />
));

export const NavigationLink = createLink((props: NavLinkProps & Own) => <NavLink {...props} />);
