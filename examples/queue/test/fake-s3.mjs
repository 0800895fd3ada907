/** As much of a store that speaks S3 as the example asks: objects in memory, whole or not there, for those who have the key. */
import { createServer } from "node:http";

const KEY = "TESTKEY";

/** What a process needs to be let in. */
export const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-central-1" };

const SIGNED = new RegExp(
  `^AWS4-HMAC-SHA256 Credential=${KEY}/\\d{8}/eu-central-1/s3/aws4_request, SignedHeaders=host;[a-z0-9;-]+, Signature=[0-9a-f]{64}$`,
);

export async function startFakeS3() {
  /** @type {Map<string, Buffer>} By path within the bucket. */
  const objects = new Map();
  /** @type {Map<string, number[]>} With what the next requests for an object are answered instead. */
  const answers = new Map();
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? "", "http://localhost").pathname).replace("/bucket/", "");
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = answers.get(name)?.shift();
    const isKnown = SIGNED.test(request.headers.authorization ?? "");
    const object = objects.get(name);
    if (answer || !isKnown) response.statusCode = answer ?? 403;
    else if (request.method === "PUT") objects.set(name, Buffer.concat(chunks));
    else if (object) response.setHeader("content-length", object.length);
    else response.statusCode = 404;
    response.end(request.method === "GET" && response.statusCode === 200 ? object : undefined);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    address: `http://127.0.0.1:${port}/bucket`,
    objects,
    answers,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
