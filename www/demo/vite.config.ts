import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** What makes a page cross-origin isolated, and so lets it share memory between threads. */
const isolation: Record<string, string> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const headers = process.env.PIXELPOOL_NO_ISOLATION === "1" ? {} : isolation;
const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export default defineConfig({
  root: inRoot("www/demo"),
  base: "./",
  cacheDir: inRoot("node_modules/.vite/demo"),
  // The page takes the package as its users do: as it was built.
  resolve: { alias: { pixelpool: inRoot("dist/index.js") } },
  // Named, so that the server need not find it late and load the page a second time.
  optimizeDeps: { include: ["client-zip"] },
  worker: { format: "es" },
  server: { headers, fs: { allow: [inRoot("")] } },
  preview: { headers, host: "127.0.0.1" },
  build: { outDir: inRoot("target/demo"), emptyOutDir: true, target: "es2022" },
});
