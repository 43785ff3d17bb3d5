// Compiles only while what the server answers (its OpenAPI document) fits what the page reads.
import type * as page from "@/api/types";
import type { components } from "./generated/openapi";

type Server = components["schemas"];

/** An error here names the member of the answer that the page takes for something else. */
type Fits<Answer extends Shape, Shape> = Answer;

export type Answers = [
  Fits<Server["Session"]["user"], page.User | null>,
  Fits<Server["Kinds"]["categories"], page.Category[]>,
  Fits<Omit<Server["Kind"], "schema">, Omit<page.Kind, "schema">>,
  Fits<Server["DataSource"], page.DataSource>,
  Fits<Server["Query"], page.Query>,
  Fits<Server["Result"], page.Result>,
];
