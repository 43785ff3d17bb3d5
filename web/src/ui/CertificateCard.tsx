// What a certificate says, in place of its PEM: who, by whom, for which names, until when.
import { Badge, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { CertificateFacts } from "@/api/types";
import { type Expiry, expiryOf, shortName } from "@/lib/certificate";
import { exactTime } from "@/lib/relativeTime";
import classes from "./CertificateCard.module.css";
import { CertificateIcon, CheckIcon, CloseIcon } from "./icons";
import { RelativeTime } from "./RelativeTime";

const EXPIRY_BADGE: Record<Exclude<Expiry, "valid">, [color: string, words: string]> = {
  expired: ["red", "Expired"],
  soon: ["orange", "Expires soon"],
  later: ["orange", "Not valid yet"],
};

export function CertificateCard({ facts }: { facts: CertificateFacts }) {
  const expiry = expiryOf(facts);
  const [color, words] = expiry === "valid" ? ["", ""] : EXPIRY_BADGE[expiry];
  return (
    <Paper withBorder px="md" py="sm">
      <Group gap="xs" wrap="nowrap" mb={6}>
        <CertificateIcon size={20} />
        <Text fw={600} size="sm" truncate title={facts.subject}>
          {shortName(facts.subject)}
        </Text>
        {facts.trusted !== undefined && (
          <Badge
            color={facts.trusted ? "keep" : "red"}
            variant="light"
            className="sk-badge"
            leftSection={facts.trusted ? <CheckIcon size={12} /> : <CloseIcon size={12} />}
          >
            {facts.trusted ? "Trusted" : "Not trusted"}
          </Badge>
        )}
        {words && (
          <Badge color={color} variant="light" className="sk-badge">
            {words}
          </Badge>
        )}
      </Group>
      <dl className={classes.facts}>
        <Fact term="Issued by">
          {facts.issuer === facts.subject ? "itself (self-signed)" : shortName(facts.issuer)}
        </Fact>
        {facts.san.length > 0 && <Fact term="Names">{facts.san.join(", ")}</Fact>}
        <Fact term={expiry === "expired" ? "Expired" : "Expires"}>
          <RelativeTime at={facts.not_after} /> ({exactTime(facts.not_after)})
        </Fact>
        {expiry === "later" && <Fact term="Valid from">{exactTime(facts.not_before)}</Fact>}
        <Fact term="SHA-256">
          <span className={classes.print}>{facts.sha256}</span>
        </Fact>
      </dl>
    </Paper>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
