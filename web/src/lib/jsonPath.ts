// A place in a JSON value as JSONPath (RFC 9535), in its short form where the name allows it.

export type Step = string | number;

const SHORT = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/;

export function jsonPath(steps: readonly Step[]): string {
  return `$${steps.map(segment).join("")}`;
}

function segment(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return SHORT.test(step) ? `.${step}` : `[${quoted(step)}]`;
}

/** In single quotes, as normalized paths have it (RFC 9535, 2.7). */
function quoted(name: string): string {
  const inside = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inside}'`;
}
