// What the server presented, its own certificate first; folded while nothing is wrong with it.
import { Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { CertificateFacts } from "@/api/types";
import { counted } from "@/lib/measure";
import { CertificateCard } from "./CertificateCard";
import classes from "./PresentedCertificates.module.css";

interface PresentedCertificatesProps {
  certificates: CertificateFacts[];
  open?: boolean;
  /** In place of "The server presented 2 certificates". */
  summary?: ReactNode;
}

export function PresentedCertificates(props: PresentedCertificatesProps) {
  const { certificates, open = false, summary } = props;
  const count = counted(certificates.length, "certificate", "certificates");
  return (
    <details className={classes.chain} open={open}>
      <summary>{summary ?? `The server presented ${count}`}</summary>
      <Stack gap={8} mt="xs">
        {certificates.map((facts) => (
          <CertificateCard key={facts.sha256} facts={facts} />
        ))}
      </Stack>
    </details>
  );
}
