/** As much of a store that speaks S3 as the example asks: objects in memory, whole or not there, for those who have the key. */
import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";

const KEY = "TESTKEY";

/** What a process needs to be let in. */
export const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-central-1" };

const AUTHORIZATION = new RegExp(
  `^AWS4-HMAC-SHA256 Credential=${KEY}/(\\d{8}/eu-central-1/s3/aws4_request), SignedHeaders=(host;[a-z0-9;-]+), Signature=([0-9a-f]{64})$`,
);

/** @param {string} text */
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** @param {string} name What a name is in a signature: nothing but letters, digits and `-._~/` stands for itself. */
const canonical = (name) =>
  name.replace(/[^\w.~/-]/gu, (sign) =>
    [...Buffer.from(sign)]
      .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
      .join("")
      .toUpperCase(),
  );

/** Whether a request is signed as the fourth version of Amazon's signatures says. @param {import("node:http").IncomingMessage} request */
function isSigned({ method, url = "", headers }) {
  const [, scope = "", signed = "", signature] = AUTHORIZATION.exec(headers.authorization ?? "") ?? [];
  const lines = signed.split(";").map((name) => `${name}:${headers[name]}\n`);
  const path = canonical(decodeURIComponent(url));
  const asked = [method, path, "", lines.join(""), signed, headers["x-amz-content-sha256"]].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(asked)].join("\n");
  /** @param {string | Buffer} key @param {string} part */
  const hmac = (key, part) => createHmac("sha256", key).update(part).digest();
  const key = scope.split("/").reduce(hmac, /** @type {string | Buffer} */ (`AWS4${env.AWS_SECRET_ACCESS_KEY}`));
  return signature === hmac(/** @type {Buffer} */ (key), text).toString("hex");
}

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
    const isKnown = isSigned(request);
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
