import { fileURLToPath } from "node:url";
import { brotliCompress, constants, gzip } from "node:zlib";
import { promisify } from "node:util";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Writes FILE.br and FILE.gz beside each file that is text, so that the server never compresses. */
function precompressed(): Plugin {
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  return {
    name: "precompressed",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post", // Vite writes into the chunks until then: what a dynamic import loads before it
      async handler(_options, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          const text = Buffer.from(file.type === "chunk" ? file.code : file.source);
          this.emitFile({ type: "asset", fileName: `${name}.gz`, source: await promisify(gzip)(text, { level: 9 }) });
          this.emitFile({ type: "asset", fileName: `${name}.br`, source: await promisify(brotliCompress)(text, brotli) });
        }
      },
    },
  };
}

export default defineConfig({
  root: here("."),
  resolve: {
    alias: {
      "payments-client": here("../clients/typescript/src/index.ts"),
      "openapi-fetch": here("node_modules/openapi-fetch"),
    },
  },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: process.env["PAYMENTS_PAGES_DIR"] ?? here("dist"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // a data: script or font is none our content security policy allows
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: here("index.html"), console: here("console.html"), docs: here("docs.html") },
    },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8080", "/openapi.json": "http://127.0.0.1:8080" } },
  plugins: [precompressed()],
});
