// Puts text on the clipboard and says that it did.
import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { CheckIcon, CopyIcon } from "./icons";

interface Props {
  text: string;
  label: string;
}

export function CopyText({ text, label }: Props) {
  const clipboard = useClipboard({ timeout: 1_500 });
  const words = clipboard.copied ? "Copied" : clipboard.error ? "Copying is not allowed" : label;
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        c="var(--mantine-color-text)"
        aria-label={words}
        onClick={() => clipboard.copy(text)}
      >
        {clipboard.copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
