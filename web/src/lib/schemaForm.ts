// From a JSON Schema (2020-12) to the fields of a form. Pure: what to draw, not how.

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  "x-enum-titles"?: string[];
  "x-multiline"?: boolean;
  /** A form draws this one by a part of its own. */
  "x-own-control"?: boolean;
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  discriminator?: { propertyName: string };
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export type FieldKind = "text" | "secret" | "number" | "boolean" | "choice" | "list" | "pairs";

export interface Field {
  name: string;
  kind: FieldKind;
  title: string;
  description: string | undefined;
  required: boolean;
  multiline: boolean;
  /** May be left out: an emptied field is written as null. */
  nullable: boolean;
  initial: unknown;
  choices: { value: string; label: string }[];
  /** Whole numbers only. */
  integer: boolean;
  minimum: number | undefined;
  maximum: number | undefined;
}

/** One member of a discriminated union: "Bearer", `bearer`. */
export interface Variant {
  value: string;
  title: string;
  description: string | undefined;
  schema: Schema;
}

/** Follow `#/$defs/…`; what stands beside a `$ref` wins over what it points at. */
function resolve(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  const target = root.$defs?.[$ref.replace("#/$defs/", "")];
  return target ? { ...resolve(target, root), ...beside } : beside;
}

/** The members of a union told apart by one property, in the schema's order. */
export function variantsOf(union: Schema, root: Schema): Variant[] {
  const tag = union.discriminator?.propertyName ?? "type";
  return (union.oneOf ?? union.anyOf ?? []).flatMap((member) => {
    const schema = resolve(member, root);
    const marked = schema.properties?.[tag];
    const value = marked?.const ?? marked?.enum?.[0];
    if (typeof value !== "string") return [];
    return [{ value, title: schema.title ?? value, description: schema.description, schema }];
  });
}

/** The fields of an object, in its own order, without those that are constant or drawn elsewhere. */
export function fieldsOf(schema: Schema, root: Schema): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const shape = resolve(property, root);
    if (shape.const !== undefined || shape["x-own-control"]) return [];
    return [fieldOf(name, shape, root, schema.required?.includes(name) ?? false)];
  });
}

function fieldOf(name: string, outer: Schema, root: Schema, required: boolean): Field {
  const { schema, nullable } = withoutNull(outer, root);
  const kind = kindOf(schema, root);
  return {
    name,
    kind,
    title: outer.title ?? schema.title ?? name,
    description: outer.description ?? schema.description,
    required: required && !nullable,
    multiline: (outer["x-multiline"] ?? schema["x-multiline"]) === true,
    nullable,
    initial: outer.default ?? schema.default ?? emptyOf(kind, schema, nullable),
    choices: choicesOf(schema, outer["x-enum-titles"]),
    integer: schema.type === "integer",
    minimum: schema.minimum,
    maximum: schema.maximum,
  };
}

/** The object that a property may hold, or null when there is no such property. */
export function objectOf(schema: Schema, name: string, root: Schema): Schema | null {
  const property = schema.properties?.[name];
  if (!property) return null;
  return withoutNull(resolve(property, root), root).schema;
}

function withoutNull(outer: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  const members = outer.anyOf ?? outer.oneOf;
  if (members) {
    const resolved = members.map((member) => resolve(member, root));
    const solid = resolved.filter((member) => member.type !== "null");
    const first = solid.find((member) => member.format === "password") ?? solid[0] ?? {};
    return { schema: first, nullable: solid.length < resolved.length };
  }
  if (Array.isArray(outer.type)) {
    const types = outer.type.filter((type) => type !== "null");
    const schema = { ...outer, type: types[0] ?? "string" };
    return { schema, nullable: types.length < outer.type.length };
  }
  return { schema: outer, nullable: false };
}

function kindOf(schema: Schema, root: Schema): FieldKind {
  if (schema.format === "password") return "secret";
  if (schema.enum) return "choice";
  switch (schema.type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return "number";
    case "array":
      return resolve(schema.items ?? {}, root).properties?.name ? "pairs" : "list";
    default:
      return "text";
  }
}

function choicesOf(schema: Schema, titles: string[] | undefined): Field["choices"] {
  const words = titles ?? schema["x-enum-titles"];
  return (schema.enum ?? []).map((value, at) => ({
    value: String(value),
    label: words?.[at] ?? String(value),
  }));
}

function emptyOf(kind: FieldKind, schema: Schema, nullable: boolean): unknown {
  if (nullable || kind === "secret") return null;
  if (kind === "boolean") return false;
  if (kind === "list" || kind === "pairs") return [];
  if (kind === "choice") return schema.enum?.[0] ?? "";
  return kind === "number" ? null : "";
}

/** A new value of the variant: its tag, and every field at its default. */
export function initialOf(variant: Variant, root: Schema, tag = "type"): Record<string, unknown> {
  const fields = fieldsOf(variant.schema, root);
  return {
    [tag]: variant.value,
    ...Object.fromEntries(fields.map((field) => [field.name, field.initial])),
  };
}
