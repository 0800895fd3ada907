/** A proxy before a server of somebody else's, which adds headers and nothing else. */
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { isolationHeaders, onLoopback, type Server } from "../test/serve.js";

export async function front(
  target: string,
  { isolated, policy }: { isolated: boolean; policy?: string | undefined },
): Promise<Server> {
  const { hostname, port, host } = new URL(target);
  const more = {
    ...(isolated ? isolationHeaders : {}),
    ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
  };
  const server = createServer((asked, response) => {
    const { method, url: address = "/" } = asked;
    const onward = request({ hostname, port, method, path: address, headers: { ...asked.headers, host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...more });
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    asked.pipe(onward);
  });
  // Development servers talk to their pages.
  server.on("upgrade", (asked, socket, head) => {
    const onward = connect(Number(port), hostname, () => {
      const headers = Object.entries({ ...asked.headers, host, origin: target });
      const lines = headers.map(([name, value]) => `${name}: ${String(value)}\r\n`).join("");
      onward.write(`GET ${asked.url ?? "/"} HTTP/1.1\r\n${lines}\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [onward, socket]) {
      end.on("error", () => {
        onward.destroy();
        socket.destroy();
      });
    }
  });
  return onLoopback(server);
}
