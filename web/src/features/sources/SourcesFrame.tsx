// The sidebar of both pages of data sources, and the page beside it.
import type { ReactNode } from "react";
import { useCanEdit } from "@/api/useCanEdit";
import { Categories } from "./Categories";
import { SavedSources } from "./SavedSources";
import classes from "./SourcesFrame.module.css";

interface SourcesFrameProps {
  /** The category that is shown; none while a source is open. */
  category?: string | null;
  /** The source that is open. */
  sourceId?: string;
  children: ReactNode;
}

export function SourcesFrame({ category = null, sourceId, children }: SourcesFrameProps) {
  const canEdit = useCanEdit();
  return (
    <div className={classes.frame} data-open={sourceId ? true : undefined}>
      <aside className={classes.sidebar} aria-label="Data sources">
        {canEdit && <Categories current={category} />}
        <SavedSources current={sourceId} />
      </aside>
      <div className={classes.page}>{children}</div>
    </div>
  );
}
