// A file chosen from the person's machine, kept as base64: its size stands here, its bytes do not.
import { Button, FileButton, Group, Text } from "@mantine/core";
import { useState } from "react";
import { base64Of } from "@/lib/download";
import { sizeWords } from "@/lib/measure";

/** More than a page should hold as text. The server has its own, smaller limit and says so. */
const LARGEST_FILE = 64 * 1024 * 1024;

export interface ChosenFile {
  base64: string;
  name: string;
  type: string;
}

interface Props {
  label: string;
  pointer: string;
  base64: string;
  /** The name the file has, or had when it was chosen. */
  name?: string | undefined;
  error?: string | undefined;
  onChoose: (file: ChosenFile) => void;
}

export function FileField({ label, pointer, base64, name, error, onChoose }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const choose = async (file: File | null) => {
    if (!file) return;
    if (file.size > LARGEST_FILE) {
      setProblem(
        `${file.name} has ${sizeWords(file.size)}; ${sizeWords(LARGEST_FILE)} is the most.`,
      );
      return;
    }
    setProblem(null);
    onChoose({ base64: await base64Of(file), name: file.name, type: file.type });
  };
  const said = error ?? problem;
  const words = base64 ? "Choose another file" : "Choose a file";
  return (
    <div>
      <Group gap="xs" data-pointer={pointer} tabIndex={-1}>
        <FileButton onChange={choose}>
          {(button) => (
            <Button
              {...button}
              size="compact-sm"
              variant="default"
              aria-label={`${words}: ${label}`}
            >
              {words}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {base64 ? `${name ? `${name}, ` : ""}${sizeWords(bytesIn(base64))}` : "No file yet"}
        </Text>
      </Group>
      {said && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {said}
        </Text>
      )}
    </div>
  );
}

function bytesIn(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
