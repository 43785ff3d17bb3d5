// Compiles only while what the server answers (its OpenAPI document) fits what the page reads.
import type * as audit from "@/api/audit";
import type * as callers from "@/api/callers";
import type * as keys from "@/api/keys";
import type * as people from "@/api/people";
import type * as session from "@/api/session";
import type * as values from "@/api/templateValues";
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
  Fits<Server["Secret"], values.WorkspaceSecret>,
  Fits<Server["Constant"], values.Constant>,
  Fits<Server["Token"], callers.CallerToken>,
  Fits<Server["Explanation"], callers.Explanation>,
  Fits<Server["AuditItem"], audit.AuditLine>,
  Fits<Server["AuditCheck"], audit.AuditCheck>,
  Fits<Server["User"], people.Person>,
  Fits<Server["InvitedUser"], people.Person & people.Invitation>,
  Fits<Server["SignedInSession"], people.SignedInSession>,
  Fits<Server["Link"], session.WelcomeLink>,
  Fits<Server["MasterKey"], keys.MasterKey>,
  Fits<Server["KeyRotation"], keys.Rotation>,
];
