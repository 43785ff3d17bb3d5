// "Copy as": the call on screen as a command or a program, without any secret in it.
import { Menu } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useState } from "react";
import type { ParameterInput } from "@/api/queries";
import type { Preview } from "@/lib/preview";
import { inWords } from "@/lib/problem";
import { CheckIcon, CopyIcon } from "@/ui/icons";
import { asCommand, asPython } from "./copyAs";

interface Call {
  parameters: ParameterInput;
  preview: () => Promise<Preview>;
}

export type Copyable = () => Call | null;

const FORMS = {
  cURL: async ({ preview }: Call) => (await preview()).curl,
  Python: async ({ parameters }: Call, name: string) =>
    asPython(window.location.origin, name, parameters),
  CLI: async ({ parameters }: Call, name: string) =>
    asCommand(window.location.origin, name, parameters),
};
type Form = keyof typeof FORMS;

/** `said` is what came of the last copy, to be shown outside of the menu. */
export function useCopyAs(name: string, copyable: Copyable) {
  const clipboard = useClipboard({ timeout: 3_000 });
  const [last, setLast] = useState<{ form: Form; refused: string } | null>(null);
  const copy = async (form: Form) => {
    const call = copyable();
    if (!call) return setLast({ form, refused: "A value to run with is missing." });
    try {
      clipboard.copy(await FORMS[form](call, name));
      setLast({ form, refused: "" });
    } catch (error) {
      setLast({ form, refused: inWords(error) });
    }
  };
  const refused = clipboard.error ? "Copying is not allowed here." : (last?.refused ?? "");
  const copied = clipboard.copied ? last?.form : undefined;
  return { copy, copied, said: refused || (copied ? `Copied as ${copied}` : "") };
}

interface Props {
  unsaved: boolean;
  copied: Form | undefined;
  onCopy: (form: Form) => void;
}

/** For programs there are only saved queries. */
export function CopyAsItems({ unsaved, copied, onCopy }: Props) {
  return (Object.keys(FORMS) as Form[]).map((form) => (
    <Menu.Item
      key={form}
      leftSection={copied === form ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      onClick={() => onCopy(form)}
    >
      Copy as {form}
      {unsaved && form !== "cURL" && " (as saved)"}
    </Menu.Item>
  ));
}
