// The name, Save and what else can be done with a query, and what came of saving it.
import { ActionIcon, Alert, Badge, Button, Group, Menu, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { createQuery, queriesQuery } from "@/api/queries";
import type { DataSource } from "@/api/types";
import { inWords } from "@/lib/problem";
import { EditableName } from "@/ui/EditableName";
import { DotsIcon } from "@/ui/icons";
import { AnchorLink, ItemLink } from "@/ui/links";
import { CopyAsItems, type Copyable, useCopyAs } from "./CopyAs";
import { copyName } from "./copyName";
import { DeleteQuery } from "./DeleteQuery";
import { requestOf } from "./draft";
import type { Faults } from "./faults";
import type { QueryForm } from "./useQueryForm";

interface Props {
  form: QueryForm;
  source: DataSource;
  canEdit: boolean;
  /** What a copied call would give; null when a value is missing, which then is shown. */
  copyable: Copyable;
  onSave: () => void;
  /** A refused save: go to the first field it is about. */
  onFaults: (faults: Faults) => void;
}

export function QueryHeader({ form, source, canEdit, copyable, onSave, onFaults }: Props) {
  const { query, unsaved, isSaving, saved, failure, faults } = form;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal
  useEffect(() => {
    if (failure && faults.size > 0) onFaults(faults);
  }, [failure]);

  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0, flex: 1 }}>
          {canEdit ? (
            <EditableName name={query.name} noun="query" onRename={form.rename} />
          ) : (
            <Title order={1} size="h4">
              {query.name}
            </Title>
          )}
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            on{" "}
            <AnchorLink to="/data-sources/$id" params={{ id: source.id }} size="xs">
              {source.name}
            </AnchorLink>
          </Text>
        </div>
        {canEdit ? (
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed" role="status" visibleFrom="xs">
              {unsaved ? "Unsaved changes" : saved ? "Saved" : ""}
            </Text>
            {unsaved && (
              <Badge circle size="xs" hiddenFrom="xs" aria-label="Unsaved changes" role="img" />
            )}
            <Button
              variant={unsaved ? "light" : "default"}
              disabled={!unsaved}
              loading={isSaving}
              onClick={onSave}
              title="Ctrl+S or ⌘S"
            >
              Save
            </Button>
            <More form={form} copyable={copyable} />
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            You can run this query; changing it takes an editor.
          </Text>
        )}
      </Group>
      {form.stale && <Stale form={form} />}
      {failure && (
        <Alert color="red" role="alert" mt="sm" title="Not saved">
          {[...faults.values()][0] ?? inWords(failure)}
        </Alert>
      )}
    </div>
  );
}

function Stale({ form }: { form: QueryForm }) {
  return (
    <Alert color="yellow" role="alert" mt="sm" title="This query was changed elsewhere">
      <Group gap="xs">
        <Text size="sm">Your changes are still here and not saved.</Text>
        <Button size="compact-sm" variant="default" onClick={() => void form.takeLatest(false)}>
          Reload
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void form.takeLatest(true)}>
          Keep mine
        </Button>
      </Group>
    </Alert>
  );
}

function More({ form, copyable }: { form: QueryForm; copyable: Copyable }) {
  const { query, draft, unsaved } = form;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const copying = useCopyAs(query.name, copyable);
  const duplicating = useMutation({
    mutationFn: async () => {
      const known = await queries.ensureQueryData(queriesQuery);
      const name = copyName(
        query.name,
        known.map((one) => one.name),
      );
      return createQuery({ ...requestOf(draft), name, data_source: query.data_source });
    },
    onSuccess: async (copy) => {
      await queries.invalidateQueries({ queryKey: ["queries"], exact: true });
      await navigate({ to: "/queries/$id", params: { id: copy.id } });
    },
  });
  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {copying.said}
      </Text>
      {duplicating.error && (
        <Text size="sm" c="red" role="alert">
          Not duplicated: {inWords(duplicating.error)}
        </Text>
      )}
      <Menu position="bottom-end" withArrow withinPortal={false}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={`More about ${query.name}`}
            loading={duplicating.isPending}
          >
            <DotsIcon size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ItemLink to="/runs" search={{ query: query.id }}>
            Runs of this query
          </ItemLink>
          <Menu.Item onClick={() => duplicating.mutate()}>Duplicate</Menu.Item>
          <Menu.Divider />
          <CopyAsItems
            unsaved={unsaved}
            copied={copying.copied}
            onCopy={(form) => void copying.copy(form)}
          />
          <Menu.Divider />
          <DeleteQuery query={query} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
