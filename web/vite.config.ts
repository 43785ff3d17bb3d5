// How the page is built: into the Python package, with a nonce placeholder the server fills in.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SERVER = process.env.SOURCEKEEP_DEV_SERVER ?? "http://127.0.0.1:8700";

/** The server takes state-changing requests from its own origin only; in development that is us. */
const proxied = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

const PDF = fileURLToPath(new URL("./node_modules/pdfjs-dist/", import.meta.url));

/**
 * What pdf.js reads when a PDF needs it: letters that the PDF does not carry, and decoders of
 * pictures. Their names are fixed, so they stand in a folder of the version.
 */
function pdfParts(): Plugin {
  return {
    name: "pdf-parts",
    generateBundle() {
      const { version } = JSON.parse(readFileSync(`${PDF}package.json`, "utf8"));
      for (const folder of ["cmaps", "standard_fonts", "wasm"]) {
        for (const name of readdirSync(PDF + folder)) {
          // The page's policy refuses WebAssembly; each has its like in JavaScript.
          if (name.endsWith(".wasm") || name.startsWith("quickjs")) continue;
          const fileName = `assets/pdf-${version}/${folder}/${name}`;
          this.emitFile({
            type: "asset",
            fileName,
            source: readFileSync(`${PDF}${folder}/${name}`),
          });
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), pdfParts()],
  html: { cspNonce: "__CSP_NONCE__" },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/sourcekeep/doors/web/dist",
    emptyOutDir: true,
    target: "es2022",
    // The notices of everything that is shipped in the bundle.
    license: { fileName: "third-party-notices.md" },
    // A data: URL would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    // One style sheet: a part that arrives late, after the server was away, would come without its own.
    cssCodeSplit: false,
    manifest: true,
  },
  server: { proxy: { "/api": proxied, "/healthz": proxied } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://sourcekeep.test/" } },
    setupFiles: ["tests/setup.ts"],
    include: ["tests/**/*.test.{ts,tsx}"],
    // Nothing is timed: these only end what hangs, also on a machine that is busy with more.
    testTimeout: 60_000,
    restoreMocks: true,
  },
});
