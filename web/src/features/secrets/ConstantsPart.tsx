// The workspace's constants: their text, where used; for editors to change.
import { Button, Group, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Constant, constantsQuery, deleteConstant } from "@/api/templateValues";
import { EmptyState } from "@/ui/EmptyState";
import { PlusIcon } from "@/ui/icons";
import { ListTable } from "@/ui/ListTable";
import { Refusal } from "@/ui/Refusal";
import { RelativeTime } from "@/ui/RelativeTime";
import { useAdding } from "@/ui/useAdding";
import { Waiting } from "@/ui/Waiting";
import { ConstantDialog } from "./ConstantDialog";
import { DeleteValue } from "./DeleteValue";
import { ValueName } from "./ValueName";
import { WhereUsed } from "./WhereUsed";

const COLUMNS = [
  { label: "Name", width: "minmax(0, 4fr)" },
  { label: "Value", width: "minmax(0, 5fr)" },
  { label: "Used by", width: "minmax(0, 4fr)" },
  { label: "Changed", width: "minmax(0, 2fr)" },
  { label: "Actions", width: "152px", quiet: true },
] as const;

export function ConstantsPart() {
  const queries = useQueryClient();
  const { data: constants, error } = useQuery(constantsQuery);
  const [edited, setEdited] = useState<Constant | null>(null);
  const adding = useAdding();

  if (!constants) return error ? <Refusal error={error} title="Not listed" /> : <Waiting />;
  const dialog = (edited || adding.isOpen) && (
    <ConstantDialog
      constant={edited}
      taken={constants.map(({ name }) => name)}
      onClose={() => (edited ? setEdited(null) : adding.close())}
    />
  );
  if (constants.length === 0) {
    return (
      <EmptyState
        title="No constants yet"
        text="A constant is a text that many queries share: a tenant, a version, a region. Everyone who edits queries can read it."
      >
        <Button onClick={adding.open}>Add a constant</Button>
        {dialog}
      </EmptyState>
    );
  }
  const remove = async (name: string) => {
    await deleteConstant(name);
    await queries.invalidateQueries({ queryKey: ["constants"] });
  };
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text size="sm" c="dimmed">
          Not for credentials: everyone who edits queries can read these.
        </Text>
        <Button leftSection={<PlusIcon size={16} />} onClick={adding.open}>
          Add a constant
        </Button>
      </Group>
      <ListTable
        label="Constants"
        columns={COLUMNS}
        rows={constants.map((constant) => ({
          key: constant.name,
          cells: [
            <ValueName key="name" name={constant.name} space="constants" />,
            <Text key="value" size="sm" className="sk-code" lineClamp={3}>
              {constant.value}
            </Text>,
            <WhereUsed key="uses" uses={constant.where_used} />,
            <RelativeTime key="changed" at={constant.updated_at} />,
            <Group key="actions" gap={6} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Change constant ${constant.name}`}
                onClick={() => setEdited(constant)}
              >
                Change
              </Button>
              <DeleteValue
                noun="constant"
                name={constant.name}
                uses={constant.where_used}
                onDelete={() => remove(constant.name)}
              />
            </Group>,
          ],
        }))}
      />
      {dialog}
    </>
  );
}
