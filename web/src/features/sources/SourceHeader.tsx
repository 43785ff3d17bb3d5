// The head of the form: the name (click to rename), what to beware of, and what can be done.
import { Anchor, Badge, Button, Group, List, Text, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { deleteSource } from "@/api/sources";
import type { DataSource, Kind } from "@/api/types";
import { ApiProblem, inWords } from "@/lib/problem";
import { ConfirmButton } from "@/ui/ConfirmButton";
import { EditableName } from "@/ui/EditableName";
import { TrashIcon, WarningIcon } from "@/ui/icons";
import { ButtonLink } from "@/ui/links";
import classes from "./SourceHeader.module.css";
import type { SourceForm } from "./useSourceForm";

interface SourceHeaderProps {
  form: SourceForm;
  kind: Kind;
  onDeleted: () => void;
}

export function SourceHeader({ form, kind, onDeleted }: SourceHeaderProps) {
  const { source } = form;
  return (
    <header className={classes.header}>
      <Anchor component={Link} to="/data-sources" size="sm" hiddenFrom="md">
        All data sources
      </Anchor>
      <div className={classes.bar}>
        <div className={classes.title}>
          <EditableName name={source.name} noun="data source" onRename={form.rename} />
          <Text size="sm" c="dimmed" className={classes.kind}>
            {kind.title}
          </Text>
          {source.tls.mode === "insecure" && (
            <Tooltip label="This source does not verify its server. Anyone on the way can read the credential.">
              <Badge
                color="red"
                variant="filled"
                leftSection={<WarningIcon size={12} />}
                className="sk-badge"
                tabIndex={0}
              >
                Not verified (insecure)
              </Badge>
            </Tooltip>
          )}
          <Text size="sm" c="dimmed" role="status" className={classes.state}>
            {form.unsaved ? "Unsaved changes" : form.saved ? "Saved" : ""}
          </Text>
        </div>
        <Actions form={form} onDeleted={onDeleted} />
      </div>
      {otherWarnings(source).map((warning) => (
        <Text key={warning.code + warning.detail} size="sm" className={classes.warning}>
          <WarningIcon size={16} /> <span>{warning.detail}</span>
        </Text>
      ))}
    </header>
  );
}

/** All but the one that has its own badge. */
function otherWarnings({ warnings = [] }: DataSource) {
  return warnings.filter(({ code }) => code !== "tls_not_verified");
}

function Actions({ form, onDeleted }: Omit<SourceHeaderProps, "kind">) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { source } = form;
  const remove = async () => {
    await deleteSource(source.id);
    onDeleted();
    await queries.invalidateQueries({ queryKey: ["sources"] });
    await navigate({ to: "/data-sources", ignoreBlocker: true });
    queries.removeQueries({ queryKey: ["source", source.id] });
  };

  return (
    <Group gap="xs" className={classes.actions}>
      <ConfirmButton
        title={`Delete ${source.name}?`}
        text="The data source and its stored credential are deleted for good."
        verb="Delete"
        onConfirm={remove}
        explain={(error) => <InUse error={error} />}
        aria-label="Delete"
        px="sm"
      >
        <TrashIcon size={16} />
        <span className={classes.word}>Delete</span>
      </ConfirmButton>
      <ButtonLink to="/queries" search={{ new: source.id }} variant="default">
        Create query
      </ButtonLink>
      <Button onClick={form.save} loading={form.isSaving} title="Ctrl+S">
        Save
      </Button>
    </Group>
  );
}

/** 409: which queries keep it from being deleted. */
function InUse({ error }: { error: unknown }) {
  const names = error instanceof ApiProblem ? error.body.names : null;
  return (
    <>
      {inWords(error)}
      {Array.isArray(names) && names.length > 0 && (
        <List size="sm" mt={6}>
          {names.map((name) => (
            <List.Item key={String(name)}>{String(name)}</List.Item>
          ))}
        </List>
      )}
    </>
  );
}
