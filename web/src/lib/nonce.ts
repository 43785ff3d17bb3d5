// The Content-Security-Policy nonce of this page view, for the styles that libraries add.

/** Vite writes the meta tag at build time, the server fills in the nonce; absent in development. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}
