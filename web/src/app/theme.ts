// The look: system fonts, one accent colour, contrast that passes WCAG 2.2 AA in both schemes.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const keep: MantineColorsTuple = [
  "#e9f8f6",
  "#d3efeb",
  "#a5dfd7",
  "#74cec3",
  "#4dbfb2",
  "#2fa99c",
  "#178b80",
  "#0b6e69",
  "#075a56",
  "#034743",
];

export const theme = createTheme({
  colors: { keep },
  primaryColor: "keep",
  primaryShade: 7,
  defaultRadius: "sm",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace:
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  lineHeights: { md: "1.6" },
  headings: { fontWeight: "600" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    // The label is the word alone; a required field says so to readers by its own attribute.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Modal: {
      // Its <header> is no second banner of the page.
      defaultProps: { centered: true, attributes: { header: { role: "presentation" } } },
    },
    // The placeholder is a focusable element without a role inside role="menu".
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});

/** Mantine's dimmed text, placeholders and errors are too pale for AA; these pass on both grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#59636e",
    "--mantine-color-placeholder": "#68727c",
    "--mantine-color-error": "#c0262d",
    "--mantine-color-anchor": "#0b6e69",
    "--mantine-color-red-filled": "#c0262d",
    "--mantine-color-red-filled-hover": "#a61b22",
    "--mantine-color-red-light": "#fdecec",
    "--mantine-color-red-light-color": "#a61b22",
    "--mantine-color-orange-light": "#fff1e0",
    "--mantine-color-orange-light-color": "#8f3d06",
  },
  dark: {
    "--mantine-color-body": "#15181b",
    "--mantine-color-dimmed": "#a5aeb8",
    "--mantine-color-placeholder": "#949ea8",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#4dbfb2",
    "--mantine-color-keep-light": "#14322f",
    "--mantine-color-keep-light-hover": "#193d39",
    "--mantine-color-keep-light-color": "#74cec3",
    "--mantine-color-red-filled": "#c0262d",
    "--mantine-color-red-filled-hover": "#a61b22",
    "--mantine-color-red-light": "#33201f",
    "--mantine-color-red-light-color": "#ffa8a8",
    "--mantine-color-orange-light": "#33281c",
    "--mantine-color-orange-light-color": "#ffc078",
  },
});
