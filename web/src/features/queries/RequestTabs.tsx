// The parts of the request as tabs, each with how much of it there is.
import { Tabs } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { DataSource } from "@/api/types";
import { PairRows } from "@/ui/PairRows";
import { BodyTab } from "./BodyTab";
import { type Draft, isFilled, isNamed, requestOf } from "./draft";
import { type TabId, tabOf } from "./faults";
import { ParametersTab } from "./ParametersTab";
import { undefinedNames } from "./parameterInput";
import classes from "./RequestTabs.module.css";
import { SettingsTab } from "./SettingsTab";
import type { QueryForm } from "./useQueryForm";

interface Props {
  tab: TabId;
  onTab: (tab: TabId) => void;
  form: QueryForm;
  source: DataSource;
  canEdit: boolean;
}

export function RequestTabs(props: Props) {
  const { tab, onTab, form } = props;
  const { draft, faults } = form;
  const faulty = new Set([...faults.keys()].map(tabOf));
  const missing = useMemo(() => undefinedNames(templatesOf(draft), draft.parameters), [draft]);

  const head = (id: TabId, title: string, count: number | string) => (
    <Tabs.Tab value={id} data-faulty={faulty.has(id) || undefined}>
      {title}
      {Boolean(count) && <span className={classes.count}>{count}</span>}
      {faulty.has(id) && <span className={classes.fault}>needs a look</span>}
    </Tabs.Tab>
  );

  return (
    <Tabs
      value={tab}
      onChange={(next) => next && onTab(next as TabId)}
      keepMounted={false}
      activateTabWithKeyboard
    >
      <Tabs.List aria-label="Parts of the request" className={classes.list}>
        {head("params", "Params", draft.params.filter(isFilled).length)}
        {head("headers", "Headers", draft.headers.filter(isFilled).length)}
        {head("cookies", "Cookies", draft.cookies.filter(isFilled).length)}
        {head("body", "Body", draft.body.type === "none" ? 0 : draft.body.type)}
        {head("parameters", "Parameters", draft.parameters.filter(isNamed).length)}
        {head("settings", "Settings", settingsOf(draft))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt="sm">
        <Content {...props} missing={missing} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Content(props: Props & { missing: string[] }): ReactNode {
  const { tab, form, source, canEdit, missing } = props;
  const { draft, faults, change } = form;
  return (
    <fieldset disabled={!canEdit} className={classes.fieldset} aria-label={TITLES[tab]}>
      {tab === "params" && (
        <PairRows
          noun="param"
          at="/params"
          removable
          rows={draft.params}
          errors={faults}
          onChange={(params) => change({ params })}
        />
      )}
      {tab === "headers" && (
        <PairRows
          noun="header"
          at="/headers"
          removable
          rows={draft.headers}
          errors={faults}
          onChange={(headers) => change({ headers })}
        />
      )}
      {tab === "cookies" && (
        <PairRows
          noun="cookie"
          at="/cookies"
          removable
          rows={draft.cookies}
          errors={faults}
          onChange={(cookies) => change({ cookies })}
        />
      )}
      {tab === "body" && (
        <BodyTab
          body={draft.body}
          faults={faults}
          onChange={(part) => change({ body: { ...draft.body, ...part } })}
        />
      )}
      {tab === "parameters" && (
        <ParametersTab
          parameters={draft.parameters}
          faults={faults}
          missing={missing}
          onChange={(parameters) => change({ parameters })}
        />
      )}
      {tab === "settings" && (
        <SettingsTab
          source={source}
          limits={draft.limits}
          retry={draft.retry}
          faults={faults}
          onLimits={(limits) => change({ limits })}
          onRetry={(retry) => change({ retry })}
        />
      )}
    </fieldset>
  );
}

const TITLES: Record<TabId, string> = {
  params: "Params",
  headers: "Headers",
  cookies: "Cookies",
  body: "Body",
  parameters: "Parameters",
  settings: "Settings",
};

function settingsOf({ limits, retry }: Draft): number {
  return [...Object.values(limits), ...Object.values(retry)].filter((text) => text !== "").length;
}

/** All text of the request that may hold templates; a file's bytes do not. */
function templatesOf(draft: Draft): string {
  const { parameters: _, body, ...rest } = requestOf(draft);
  if (body.type === "binary") return JSON.stringify(rest);
  if (body.type !== "multipart") return JSON.stringify([rest, body]);
  return JSON.stringify([rest, body.parts.map(({ data_base64: __, ...part }) => part)]);
}
