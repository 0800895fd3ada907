/**
 * `npm start`: installs what is missing, builds, and serves the demo on loopback with the headers that threads need.
 * `--no-isolation` (or PIXELPOOL_NO_ISOLATION=1) leaves the headers out, to see the mode without shared memory. PORT is
 * taken as given; without it the first free port from 5173 on.
 */
import { ensureDependencies } from "./dependencies.mjs";
import { buildPackage } from "./package.mjs";
import { endWithNpm, inRoot, main, say } from "./run.mjs";
import { buildWasm } from "./wasm.mjs";

await main(async () => {
  endWithNpm();
  if (process.argv.includes("--no-isolation")) process.env.PIXELPOOL_NO_ISOLATION = "1";
  await ensureDependencies();
  await buildWasm();
  await buildPackage({ types: false });
  const { createServer } = await import("vite");
  const port = process.env.PORT ? Number(process.env.PORT) : 5173;
  const server = await createServer({
    configFile: inRoot("www/demo/vite.config.ts"),
    server: { host: "127.0.0.1", port, strictPort: Boolean(process.env.PORT) },
  });
  await server.listen();
  const address = server.httpServer.address();
  const isolated = process.env.PIXELPOOL_NO_ISOLATION !== "1";
  say(isolated ? "serving with the headers that shared memory needs" : "serving without isolation headers");
  console.log(`http://127.0.0.1:${address.port}/`);
});
