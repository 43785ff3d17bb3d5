// Names and what stands for them, one below the other.
import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export type FactList = [name: string, value: ReactNode][];

export function Facts({ facts, wide }: { facts: FactList; wide?: boolean }) {
  return (
    <dl className={classes.facts} data-wide={wide || undefined}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
