/** Vite's development server, with no configuration. */
import assert from "node:assert/strict";
import { createServer } from "vite";
import { isolationHeaders } from "../serve.js";

/** Serves a folder while something looks at it. */
export async function whileDeveloping(
  root: string,
  isolated: boolean,
  look: (url: string) => Promise<void>,
): Promise<void> {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "error",
    // The headers are the server's business; nothing here is about the package.
    server: { host: "127.0.0.1", port: 0, headers: isolated ? isolationHeaders : {} },
  });
  try {
    await server.listen();
    const address = server.httpServer?.address();
    assert.ok(address && typeof address === "object");
    await look(`http://127.0.0.1:${address.port}/`);
  } finally {
    await server.close();
  }
}
