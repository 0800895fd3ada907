/** The command line, in dist/cli.js, its encoder of lossy WebP, in dist/cli-webp.js, and the licences of what both are made of. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { inRoot, Stop } from "./run.mjs";

const source = (file) => inRoot("www", "cli", file);

/** The package itself, which lies beside it. */
const packageStaysOutside = {
  name: "package",
  setup(build) {
    build.onResolve({ filter: /^\.\.\/src\/index\.js$/ }, () => ({ path: "./index.js", external: true }));
  },
};

/** WebAssembly as text: gzipped, in base64. */
const packedWasm = {
  name: "wasm",
  setup(build) {
    build.onLoad({ filter: /\.wasm$/ }, ({ path: file }) => {
      const packed = gzipSync(readFileSync(file), { level: 9 }).toString("base64");
      return { contents: `export default ${JSON.stringify(packed)};`, loader: "js" };
    });
  },
};

// What is written as CommonJS asks for Node's modules by `require`, which a module does not have.
const REQUIRE = 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);';

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));

const common = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: ["node20.16", "es2022"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

/** `dist` gives the path of a file of the package. */
export async function buildCommandLine(esbuild, dist) {
  const program = await esbuild.build({
    ...common,
    entryPoints: [source("main.ts")],
    outfile: dist("cli.js"),
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    define: { PIXELPOOL_VERSION: JSON.stringify(version) },
    plugins: [packageStaysOutside],
  });
  chmodSync(dist("cli.js"), 0o755);
  const encoder = await esbuild.build({
    ...common,
    entryPoints: [source("webp-encoder.ts")],
    outfile: dist("cli-webp.js"),
    plugins: [packageStaysOutside, packedWasm],
  });
  writeFileSync(dist("cli-licenses.txt"), licences([program.metafile, encoder.metafile]));
}

/** The licences of all packages that are in the bundles. */
function licences(metafiles) {
  const files = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(inRoot(folder, "package.json"), "utf8"));
    const file = readdirSync(inRoot(folder)).find((file) => /^licen[cs]e/i.test(file));
    if (!file || !existsSync(inRoot(folder, file))) throw new Stop(`${name} has no licence that could be passed on`);
    const text = readFileSync(path.join(inRoot(folder), file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `dist/cli.js and dist/cli-webp.js contain these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
