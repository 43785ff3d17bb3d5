// What a token may do at most: its role, and any limits on top. Each limit is off until it is wanted.
import { Radio, Stack } from "@mantine/core";
import type { Role } from "@/api/types";
import { CheckList } from "@/ui/CheckList";
import { FormSection } from "@/ui/FormSection";
import { LinesField } from "@/ui/LinesField";
import { NumberField } from "@/ui/NumberField";
import type { Named, PolicyDraft } from "./callerDraft";
import { ExpiryField } from "./ExpiryField";
import { Limit } from "./Limit";
import { DOORS, ROLE_WORDS } from "./policyWords";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

interface PolicyEditorProps {
  role: Role;
  /** Absent where a role cannot be changed any more. */
  onRole?: (role: Role) => void;
  policy: PolicyDraft;
  sources: (Named & { base_url: string })[];
  queries: (Named & { data_source: string })[];
  errors: ReadonlyMap<string, string>;
  onChange: (part: Partial<PolicyDraft>) => void;
}

export function PolicyEditor(props: PolicyEditorProps) {
  const { role, onRole, policy, sources, queries, errors, onChange } = props;
  const words = (key: string) => errors.get(`/policy/${key}`);
  const sourceName = (id: string) => sources.find((source) => source.id === id)?.name;
  // A query of a source that is out of reach would be a vain choice.
  const reachable = queries.filter(
    (query) => policy.sources === null || policy.sources.includes(query.data_source),
  );
  return (
    <>
      {onRole && (
        <FormSection title="Role">
          <Radio.Group
            aria-label="Role"
            value={role}
            onChange={(next) => onRole(next as Role)}
            error={errors.get("/role")}
          >
            <Stack gap="xs">
              {(["runner", "editor", "admin"] as const).map((each) => (
                <Radio key={each} value={each} label={each} description={ROLE_WORDS[each]} />
              ))}
            </Stack>
          </Radio.Group>
        </FormSection>
      )}
      <FormSection title="Limits" help="Without any, the role alone says what it may do.">
        <Limit
          label="Only some data sources"
          on={policy.sources !== null}
          onSwitch={(on) => onChange({ sources: on ? [] : null })}
        >
          <CheckList
            label="Data sources"
            hideLabel
            empty="There is no data source yet."
            items={sources.map(({ id, name, base_url }) => ({ id, name, note: base_url }))}
            chosen={policy.sources ?? []}
            error={words("sources")}
            onChange={(chosen) => onChange({ sources: chosen })}
          />
        </Limit>
        <Limit
          label="Only some queries"
          on={policy.queries !== null}
          onSwitch={(on) => onChange({ queries: on ? [] : null })}
        >
          <CheckList
            label="Queries"
            hideLabel
            empty="There is no query to choose."
            items={reachable.map(({ id, name, data_source }) => ({
              id,
              name,
              note: sourceName(data_source),
            }))}
            chosen={policy.queries ?? []}
            error={words("queries")}
            onChange={(chosen) => onChange({ queries: chosen })}
          />
        </Limit>
        <Limit
          label="Only some methods"
          on={policy.methods !== null}
          onSwitch={(on) => onChange({ methods: on ? ["GET", "HEAD"] : null })}
        >
          <CheckList
            label="Methods"
            hideLabel
            inline
            items={METHODS.map((id) => ({ id, name: id }))}
            chosen={policy.methods ?? []}
            error={words("methods")}
            onChange={(chosen) => onChange({ methods: chosen })}
          />
        </Limit>
        <Limit
          label="Only some paths"
          on={policy.paths !== null}
          onSwitch={(on) => onChange({ paths: on ? [] : null })}
        >
          <LinesField
            aria-label="Paths"
            description="One a line, of the whole URL's path. * stands for one segment, ** for any number."
            placeholder={"/v1/users/*\n/v1/reports/**"}
            value={policy.paths ?? []}
            error={words("paths")}
            onChange={(paths) => onChange({ paths })}
          />
        </Limit>
        <Limit
          label="Only through some doors"
          on={policy.doors !== null}
          onSwitch={(on) => onChange({ doors: on ? ["api"] : null })}
        >
          <CheckList
            label="Doors"
            hideLabel
            items={DOORS}
            chosen={policy.doors ?? []}
            error={words("doors")}
            onChange={(chosen) => onChange({ doors: chosen })}
          />
        </Limit>
        <Limit
          label="Only so many requests a minute"
          on={policy.rateOn}
          onSwitch={(on) => onChange({ rateOn: on, rate: policy.rate ?? 60 })}
        >
          <NumberField
            aria-label="Requests a minute"
            integer
            maw={160}
            unit="/ min"
            value={policy.rate}
            error={words("rate_per_minute")}
            onChange={(rate) => onChange({ rate })}
          />
        </Limit>
        <ExpiryField
          value={policy.expires}
          error={words("expires_at")}
          onChange={(expires) => onChange({ expires })}
        />
      </FormSection>
    </>
  );
}
