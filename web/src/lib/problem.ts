// What a refused call says: problem+json (RFC 9457) as an error value the page can show.

export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body that was sent. */
  pointer: string;
  code: string;
  detail: string;
}

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: FieldError[];
  [member: string]: unknown;
}

/** The server answered, and the answer is no. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: FieldError[];
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    const title = body.title ?? `The server answered ${status}`;
    super(body.detail || title);
    this.name = "ApiProblem";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.title = title;
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.body = body;
  }
}

/** The server did not answer at all. */
export class Unreachable extends Error {
  constructor() {
    super("Sourcekeep does not answer.");
    this.name = "Unreachable";
  }
}

/** One sentence for a person, whatever was thrown. */
export function inWords(error: unknown): string {
  if (error instanceof ApiProblem) return error.detail || error.title;
  if (error instanceof Unreachable) return error.message;
  return "Something went wrong in the page. Reload it and try again.";
}
