// Auto, light or dark; kept in this browser.
import {
  type MantineColorScheme,
  SegmentedControl,
  useMantineColorScheme,
  VisuallyHidden,
} from "@mantine/core";
import type { ReactNode } from "react";
import { AutoIcon, MoonIcon, SunIcon } from "./icons";

function choice(value: MantineColorScheme, words: string, icon: ReactNode) {
  return {
    value,
    label: (
      <span className="sk-scheme" title={words}>
        {icon}
        <VisuallyHidden>{words}</VisuallyHidden>
      </span>
    ),
  };
}

const CHOICES = [
  choice("auto", "As the system", <AutoIcon size={16} />),
  choice("light", "Light", <SunIcon size={16} />),
  choice("dark", "Dark", <MoonIcon size={16} />),
];

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label="Colour scheme"
      size="xs"
      data={CHOICES}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as MantineColorScheme)}
    />
  );
}
