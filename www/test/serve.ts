/** A server of plain files on loopback, with or without the headers that make a page cross-origin isolated. */
import { readFile } from "node:fs/promises";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".jpg": "image/jpeg",
  ".png": "image/png",
};

export interface Server {
  url: string;
  close: () => Promise<void>;
}

export interface ServeOptions {
  isolated: boolean;
  /** A content security policy for everything. */
  policy?: string | undefined;
  /** More headers for everything. */
  headers?: Record<string, string>;
}

export async function serve(folder: string, { isolated, policy, headers: more }: ServeOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = path.join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const headers = {
      ...more,
      ...(isolated ? isolationHeaders : {}),
      ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
    };
    readFile(file).then(
      (bytes) => {
        const type = TYPES[path.extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { ...headers, "Content-Type": type }).end(bytes);
      },
      () => response.writeHead(404, headers).end(),
    );
  });
  return onLoopback(server);
}

/** Has a server listen, on a port that is free. */
export async function onLoopback(server: HttpServer): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
