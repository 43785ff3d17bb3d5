// Params or Cookies of a source: rows of name and value.
import { FormSection } from "@/ui/FormSection";
import { PairRows } from "@/ui/PairRows";
import type { SourceForm } from "./useSourceForm";

const WORDS = {
  params: { title: "Params", noun: "param", help: "Added to the URL of every request." },
  cookies: { title: "Cookies", noun: "cookie", help: "Sent with every request." },
} as const;

interface PairSectionProps {
  form: SourceForm;
  field: keyof typeof WORDS;
}

export function PairSection({ form, field }: PairSectionProps) {
  const { title, noun, help } = WORDS[field];
  return (
    <FormSection title={title} help={help}>
      <PairRows
        noun={noun}
        at={`/${field}`}
        rows={form.draft[field]}
        errors={form.errorWords}
        onChange={(rows) => form.change(field, rows)}
      />
    </FormSection>
  );
}
