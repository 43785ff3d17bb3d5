// Names of request headers that people type, and the values that go with them.

export const HEADER_NAMES: readonly string[] = [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Authorization",
  "Cache-Control",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Language",
  "Content-Type",
  "Date",
  "Expect",
  "From",
  "Idempotency-Key",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Unmodified-Since",
  "Origin",
  "Prefer",
  "Priority",
  "Range",
  "Referer",
  "Traceparent",
  "User-Agent",
  "X-API-Key",
  "X-Correlation-ID",
  "X-Forwarded-For",
  "X-HTTP-Method-Override",
  "X-Request-ID",
  "X-Requested-With",
];

const MEDIA_TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "application/xml",
  "application/octet-stream",
  "application/x-ndjson",
  "application/problem+json",
  "application/merge-patch+json",
  "application/vnd.api+json",
  "text/csv",
  "text/html",
  "text/plain; charset=utf-8",
];

const VALUES: Record<string, readonly string[]> = {
  accept: [...MEDIA_TYPES, "*/*"],
  "accept-encoding": ["gzip, br", "gzip", "identity"],
  "accept-language": ["en", "de", "fr", "es"],
  "cache-control": ["no-cache", "no-store", "max-age=0"],
  "content-encoding": ["gzip", "br"],
  "content-type": MEDIA_TYPES,
  expect: ["100-continue"],
  prefer: ["return=minimal", "return=representation", "respond-async"],
  "x-requested-with": ["XMLHttpRequest"],
};

const NONE: readonly string[] = [];

export function headerValues(name: string): readonly string[] {
  return VALUES[name.trim().toLowerCase()] ?? NONE;
}
