import { expect, test } from "vitest";
import type { Query } from "@/api/types";
import { draftOf, requestOf } from "@/features/queries/draft";
import { faultsOf, tabOf } from "@/features/queries/faults";
import {
  enumText,
  enumValues,
  NEW_PARAMETER,
  parameterDraft,
  parameterSpec,
  typedValue,
} from "@/features/queries/parameterDraft";
import { checkedInput, undefinedNames } from "@/features/queries/parameterInput";
import { parseExact, stringifyExact } from "@/lib/exactJson";
import { diff } from "@/lib/mergePatch";
import { ApiProblem } from "@/lib/problem";
import { aQuery } from "./fakeQueries";

const changes = (query: Query, change: (draft: ReturnType<typeof draftOf>) => object) => {
  const draft = draftOf(query);
  return diff(requestOf(draft), requestOf({ ...draft, ...change(draft) }));
};

test("a draft that was not touched changes nothing, whatever a program put into the query", () => {
  const query = aQuery({
    headers: [{ name: "X-Gone", value: null }],
    body: { type: "json", content: { a: [1, null] } },
    parameters: [{ name: "id", type: "integer", exclusiveMinimum: 0, "x-own": { a: 1 } }],
    limits: { read_timeout_s: 5 },
    retry: { methods: ["GET"], respect_retry_after: false },
  });
  expect(changes(query, () => ({}))).toEqual({});
  expect(requestOf(draftOf(query)).parameters[0]).toEqual(query.parameters[0]);
});

test("only what changed is sent; a limit that was emptied is removed", () => {
  const query = aQuery({ limits: { read_timeout_s: 5, max_redirects: 2 } });
  const patch = changes(query, ({ limits }) => ({ limits: { ...limits, read_timeout_s: "" } }));
  expect(patch).toEqual({ limits: { read_timeout_s: null } });
});

test("another body type leaves nothing of the old one", () => {
  const query = aQuery({ body: { type: "form", fields: [{ name: "a", value: "1" }] } });
  const patch = changes(query, ({ body }) => ({ body: { ...body, type: "raw", raw: "x" } }));
  expect(patch.body).toEqual({
    type: "raw",
    content: "x",
    content_type: "text/plain; charset=utf-8",
    fields: null,
  });
});

test("rows that hold nothing are not sent", () => {
  const blank = { name: "", value: "" };
  const patch = changes(aQuery(), () => ({ params: [blank, { name: "a", value: "" }, blank] }));
  expect(patch).toEqual({ params: [{ name: "a", value: "" }] });
});

test.each([
  ["integer", "9007199254740993", "9007199254740993"],
  ["integer", " 42 ", "42"],
  ["number", "12.50", "12.50"],
  ["boolean", "true", "true"],
  ["date", "2026-11-24", '"2026-11-24"'],
  ["datetime", "2026-11-24T09:30:00Z", '"2026-11-24T09:30:00Z"'],
  ["string", " 7 ", '" 7 "'],
  ["array", "[1.0, 9007199254740993]", "[1.0,9007199254740993]"],
  ["object", '{"a": 1}', '{"a":1}'],
  ["enum", "5", "5"],
  ["enum", '"5"', '"5"'],
  ["enum", "open", '"open"'],
] as const)("%s: %s is sent as %s", (type, text, sent) => {
  const typed = typedValue(type, text);
  expect("value" in typed && stringifyExact(typed.value)).toBe(sent);
});

test.each([
  ["integer", "abc"],
  ["integer", "1.5"],
  ["integer", "007"],
  ["number", "1,5"],
  ["boolean", "yes"],
  ["date", "24.11.2026"],
  ["array", '{"a": 1}'],
  ["array", "[1"],
  ["object", "[1]"],
] as const)("%s: %s is explained, not bent into shape", (type, text) => {
  expect(typedValue(type, text)).toHaveProperty("problem");
});

test("values of an enum keep their types from line to line", () => {
  const values = ["open", "5", 5, true, null, " x "];
  expect(
    enumValues(
      values
        .filter((v) => v !== null)
        .map(enumText)
        .join("\n"),
    ),
  ).toEqual(["open", "5", 5, true, " x "]);
});

test("a parameter's limits go out with exact numbers", () => {
  const draft = {
    ...NEW_PARAMETER,
    name: "n",
    type: "integer" as const,
    default: "9007199254740993",
  };
  const spec = parameterSpec({ ...draft, limits: { minimum: "9007199254740992", pattern: "x" } });
  expect(stringifyExact(spec)).toBe(
    '{"name":"n","type":"integer","default":9007199254740993,"minimum":9007199254740992}',
  );
  expect(parameterDraft(parseExact(stringifyExact(spec)) as never)).toMatchObject({
    default: "9007199254740993",
    limits: { minimum: "9007199254740992" },
  });
});

test("what is not given is left to its default; an empty text is given", () => {
  const definitions = [
    { ...NEW_PARAMETER, name: "id", type: "integer" as const, required: true },
    { ...NEW_PARAMETER, name: "page", type: "integer" as const, default: "1", required: true },
    { ...NEW_PARAMETER, name: "note" },
  ];
  expect(
    checkedInput(
      definitions,
      new Map([
        ["id", "7"],
        ["note", ""],
      ]),
    ).parameters,
  ).toEqual({ id: 7, note: "" });
  expect([...checkedInput(definitions, new Map([["id", " "]])).problems.keys()]).toEqual([
    "/values/id",
  ]);
  expect([...checkedInput(definitions, new Map([["id", "x"]])).problems.keys()]).toEqual([
    "/values/id",
  ]);
});

test("a parameter may have a name that JavaScript's objects have too", () => {
  const definitions = ["constructor", "__proto__"].map((name) => ({ ...NEW_PARAMETER, name }));
  expect(checkedInput(definitions, new Map()).parameters).toEqual({});
  const { parameters } = checkedInput(definitions, new Map([["__proto__", "x"]]));
  expect(stringifyExact(parameters)).toBe('{"__proto__":"x"}');
});

test("parameters that the request names and nobody defined are found", () => {
  const text = "/u/{{ params.id }}?a={{params.page|default(1)}}&b={{ constants.params }}";
  expect(undefinedNames(text, [{ ...NEW_PARAMETER, name: "page" }])).toEqual(["id"]);
});

const refusal = (...pointers: string[]) =>
  new ApiProblem(422, {
    errors: pointers.map((pointer) => ({ pointer, code: "x", detail: `about ${pointer}` })),
  });

test("a fault stands at the row on screen, though empty rows were not sent", () => {
  const blank = { name: "", value: "" };
  const draft = {
    ...draftOf(aQuery()),
    headers: [blank, { name: "a b", value: "1" }],
    body: {
      ...draftOf(aQuery()).body,
      fields: [blank, blank, { name: "f", value: "1" }],
    },
  };
  const faults = faultsOf(
    refusal("/query/headers/0/name", "/query/body/fields/0/value"),
    draft,
    "run",
  );
  expect([...faults.keys()]).toEqual(["/headers/1/name", "/body/fields/2/value"]);
});

test("a run's fault about a given value is told from one about a definition", () => {
  const draft = draftOf(aQuery({ parameters: [{ name: "id", type: "integer" }] }));
  const pointers = ["/parameters/id", "/query/parameters/id", "/query/parameters/0/default"];
  expect([...faultsOf(refusal(...pointers), draft, "run").keys()]).toEqual([
    "/values/id",
    "/parameters/0/default",
  ]);
});

test("what is wrong with the data source stands at no field of the query", () => {
  expect(faultsOf(refusal("/source/base_url", ""), draftOf(aQuery()), "run").size).toBe(0);
});

test.each([
  ["/headers/0/name", "headers"],
  ["/values/id", null],
  ["/parameters/1/name", "parameters"],
  ["/retry/statuses/0", "settings"],
  ["/body/content", "body"],
  ["/path", null],
])("the field %s stands in %s", (pointer, tab) => {
  expect(tabOf(pointer)).toBe(tab);
});
