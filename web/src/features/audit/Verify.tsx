// Asks the server to walk the whole chain, and says what it found.
import { Alert, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type AuditCheck, verifyAudit } from "@/api/audit";
import { counted } from "@/lib/measure";
import { CheckIcon } from "@/ui/icons";
import { Refusal } from "@/ui/Refusal";

export function Verify() {
  const checking = useMutation({ mutationFn: verifyAudit });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<CheckIcon size={14} />}
        loading={checking.isPending}
        onClick={() => checking.mutate()}
      >
        Verify
      </Button>
      <Refusal error={checking.error} py={4} title="Not verified" style={{ order: 1 }} w="100%" />
      {checking.data && <Answer check={checking.data} />}
    </>
  );
}

function Answer({ check }: { check: AuditCheck }) {
  if (check.ok) {
    return (
      <Alert color="keep" role="status" py={6} w="100%" style={{ order: 1 }}>
        {counted(check.lines, "line is as it was", "lines are as they were")} written.
      </Alert>
    );
  }
  return (
    <Alert
      color="red"
      role="alert"
      w="100%"
      style={{ order: 1 }}
      title={`Line ${check.broken?.seq ?? "?"} is broken`}
    >
      {check.broken?.detail} Lines before it are as they were written; whoever changed it could
      write to the database.
    </Alert>
  );
}
