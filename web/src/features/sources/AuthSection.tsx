// Authentication: the type, and the form that its schema describes.
import { NativeSelect } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import type { Auth, Kind } from "@/api/types";
import { initialOf, variantsOf } from "@/lib/schemaForm";
import { SchemaFields } from "@/ui/SchemaFields";
import { NextCredential } from "./NextCredential";

interface AuthSectionProps {
  sourceId: string;
  kind: Kind;
  auth: Auth;
  stored: Auth;
  onChange: (auth: Auth) => void;
  errors: ReadonlyMap<string, string>;
  /** Reads the source again after something was done at once, and keeps what is unsaved. */
  onDone: () => Promise<unknown>;
  /** Where the credential of a known API comes from. */
  about?: ReactNode;
}

export function AuthSection(props: AuthSectionProps) {
  const { kind, auth, stored, onChange, errors, about } = props;
  const root = kind.schema;
  const variants = variantsOf(root.properties?.auth ?? {}, root);
  const chosen = variants.find((variant) => variant.value === auth.type);
  /** What was typed for a type comes back when the type is chosen again. */
  const typed = useRef(new Map<string, Auth>());

  const choose = (type: string) => {
    const variant = variants.find((each) => each.value === type);
    if (!variant || type === auth.type) return;
    typed.current.set(auth.type, auth);
    const before = typed.current.get(type) ?? (stored.type === type ? stored : null);
    onChange(before ?? (initialOf(variant, root) as Auth));
  };

  return (
    <>
      <NativeSelect
        label="Authentication"
        classNames={{ label: "sk-heading-label" }}
        description={chosen?.description}
        data-pointer="/auth"
        data={variants.map(({ value, title }) => ({ value, label: title }))}
        value={auth.type}
        error={errors.get("/auth") ?? errors.get("/auth/type")}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {about}
      {chosen && (
        <SchemaFields
          key={chosen.value}
          schema={chosen.schema}
          root={root}
          at="/auth"
          values={auth}
          stored={stored.type === auth.type ? stored : {}}
          errors={errors}
          onChange={(values) => onChange({ ...values, type: auth.type })}
        />
      )}
      {chosen && <NextCredential {...props} schema={chosen.schema} root={root} />}
    </>
  );
}
