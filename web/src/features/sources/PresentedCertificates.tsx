// What the server presented, its own certificate first; folded while nothing is wrong with it.
import { Stack } from "@mantine/core";
import type { CertificateFacts } from "@/api/types";
import { counted } from "@/lib/measure";
import { CertificateCard } from "./CertificateCard";
import classes from "./TestStrip.module.css";

interface PresentedCertificatesProps {
  certificates: CertificateFacts[];
  open: boolean;
}

export function PresentedCertificates({ certificates, open }: PresentedCertificatesProps) {
  return (
    <details className={classes.more} open={open}>
      <summary>
        The server presented {counted(certificates.length, "certificate", "certificates")}
      </summary>
      <Stack gap={8} mt="xs">
        {certificates.map((facts) => (
          <CertificateCard key={facts.sha256} facts={facts} />
        ))}
      </Stack>
    </details>
  );
}
