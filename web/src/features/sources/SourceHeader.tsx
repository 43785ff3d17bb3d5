// The head of the form: the name (click to rename), what to beware of, and what can be done.
import { Anchor, Badge, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { DataSource, Kind, Preset } from "@/api/types";
import { useCanEdit } from "@/api/useCanEdit";
import { EditableName } from "@/ui/EditableName";
import { WarningIcon } from "@/ui/icons";
import { ButtonLink } from "@/ui/links";
import { DeleteSource } from "./DeleteSource";
import { FirstSteps } from "./FirstSteps";
import classes from "./SourceHeader.module.css";
import { SourceHealth } from "./SourceHealth";
import type { SourceTest } from "./useConnectionTest";
import type { SourceForm } from "./useSourceForm";

interface SourceHeaderProps {
  form: SourceForm;
  kind: Kind;
  preset: Preset | undefined;
  test: SourceTest;
  onDeleted: () => void;
}

export function SourceHeader({ form, kind, preset, test, onDeleted }: SourceHeaderProps) {
  const { source } = form;
  const canEdit = useCanEdit();
  return (
    <header className={classes.header}>
      <Anchor component={Link} to="/data-sources" size="sm" hiddenFrom="md">
        All data sources
      </Anchor>
      <div className={classes.bar}>
        <div className={classes.title}>
          {canEdit ? (
            <EditableName name={source.name} noun="data source" onRename={form.rename} />
          ) : (
            <Title order={1} size="h4" className={classes.name}>
              {source.name}
            </Title>
          )}
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
        {canEdit ? (
          <Actions form={form} test={test} onDeleted={onDeleted} />
        ) : (
          <Text size="sm" c="dimmed">
            You can run its queries; changing it takes an editor.
          </Text>
        )}
      </div>
      <SourceHealth source={source.id} />
      {canEdit && <FirstSteps form={form} preset={preset} />}
      {form.restoredPartly && (
        <Text size="sm" role="status" mt={4}>
          Your changes came over the reload, but no credential: enter it again.
        </Text>
      )}
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

function Actions({ form, test, onDeleted }: Omit<SourceHeaderProps, "kind" | "preset">) {
  const { source } = form;
  return (
    <Group gap="xs" className={classes.actions}>
      <DeleteSource source={source} onDeleted={onDeleted} />
      <Button variant="default" onClick={test.start} loading={test.isTesting}>
        Test connection
      </Button>
      <ButtonLink to="/queries" search={{ new: source.id }} variant="default">
        Create query
      </ButtonLink>
      <Button onClick={form.save} loading={form.isSaving} title="Ctrl+S">
        Save
      </Button>
    </Group>
  );
}
