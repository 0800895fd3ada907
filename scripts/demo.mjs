/** `npm run build:demo`: the demo as static files in target/demo, for a host that sends the isolation headers. */
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { inRoot, main } from "./run.mjs";
import { buildWasm } from "./wasm.mjs";

await main(async () => {
  await ensureDependencies();
  await buildWasm();
  await buildPackage({ types: false });
  const { build } = await import("vite");
  await build({ configFile: inRoot("www/demo/vite.config.ts") });
});
