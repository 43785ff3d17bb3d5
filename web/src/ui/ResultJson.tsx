// A JSON body: as a tree to unfold and search, or as indented text.
import { SegmentedControl, Stack } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { JsonTree } from "./JsonTree";
import { PrettyJson } from "./ResultRaw";

interface Props {
  text: string;
  /** What the text says; absent when it is nested too deeply to be read. */
  read: { value: unknown } | null;
}

export function ResultJson({ text, read }: Props) {
  const [form, setForm] = useLocalStorage<"tree" | "text">({
    key: "sourcekeep.json",
    defaultValue: "tree",
    getInitialValueInEffect: false,
  });
  if (!read) return <PrettyJson label="JSON body" text={text} />;
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label="Show JSON as"
      data={[
        { value: "tree", label: "Tree" },
        { value: "text", label: "Text" },
      ]}
      value={form}
      onChange={(next) => setForm(next as typeof form)}
    />
  );
  if (form === "tree") return <JsonTree value={read.value}>{choice}</JsonTree>;
  return (
    <Stack gap="xs" align="stretch">
      <div>{choice}</div>
      <PrettyJson label="JSON body" text={text} />
    </Stack>
  );
}
