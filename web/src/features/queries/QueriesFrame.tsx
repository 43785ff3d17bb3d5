// The list of queries beside what is chosen; on a narrow screen one of the two.
import type { ReactNode } from "react";
import { OpenTabs } from "./OpenTabs";
import classes from "./QueriesFrame.module.css";
import { QueryList } from "./QueryList";

interface Props {
  chosen?: string;
  children: ReactNode;
}

export function QueriesFrame({ chosen, children }: Props) {
  return (
    <div className={classes.frame} data-chosen={chosen !== undefined || undefined}>
      <aside className={classes.list} aria-label="Saved queries">
        <QueryList chosen={chosen} />
      </aside>
      <div className={classes.content}>
        <OpenTabs chosen={chosen} />
        {children}
      </div>
    </div>
  );
}
