import { expect, test } from "vitest";
import { fieldsOf, initialOf, type Schema, variantsOf } from "@/lib/schemaForm";
import { SCHEMA } from "./samples";

const variants = variantsOf(SCHEMA.properties?.auth ?? {}, SCHEMA);

function variant(value: string) {
  const found = variants.find((each) => each.value === value);
  if (!found) throw new Error(value);
  return found;
}

test("the members of the union are offered in the schema's order, by their titles", () => {
  expect(variants.map(({ value, title }) => [value, title])).toEqual([
    ["none", "None"],
    ["basic", "Basic"],
    ["bearer", "Bearer"],
    ["api_key", "API key"],
  ]);
});

test("a nullable password is a secret that starts as null", () => {
  const [token] = fieldsOf(variant("bearer").schema, SCHEMA);
  expect(token).toMatchObject({ name: "token", kind: "secret", title: "Token", initial: null });
});

test("an enumeration is a choice with its titles", () => {
  const choice = fieldsOf(variant("api_key").schema, SCHEMA).at(-1);
  expect(choice).toMatchObject({ kind: "choice", initial: "header" });
  expect(choice?.choices[1]).toEqual({ value: "query", label: "Query string" });
});

test("a new value has the type and every default", () => {
  expect(initialOf(variant("bearer"), SCHEMA)).toEqual({
    type: "bearer",
    token: null,
    header: "Authorization",
    prefix: "Bearer",
  });
});

test("numbers, booleans, lists and rows of name and value are told apart", () => {
  const schema: Schema = {
    properties: {
      skew: { type: "integer", title: "Clock skew", default: 60 },
      basic: { type: "boolean", title: "In a header", default: true },
      scopes: { type: "array", items: { type: "string" }, title: "Scopes" },
      extra: { type: "array", items: { $ref: "#/$defs/Pair" }, title: "Extra" },
      key: { type: "string", title: "Key", "x-multiline": true },
      level: { $ref: "#/$defs/Level", title: "Level" },
    },
    required: ["key"],
    $defs: {
      Pair: { type: "object", properties: { name: {}, value: {} } },
      Level: { enum: ["low", "high"], title: "Levels" },
    },
  };
  const fields = fieldsOf(schema, schema);
  expect(fields.map(({ kind }) => kind)).toEqual([
    "number",
    "boolean",
    "list",
    "pairs",
    "text",
    "choice",
  ]);
  expect(fields[4]).toMatchObject({ required: true, multiline: true, initial: "" });
  expect(fields[5]).toMatchObject({ title: "Level", initial: "low" });
});
