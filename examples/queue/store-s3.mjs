/** A store that speaks S3, by plain requests: a PUT is whole or nothing there. */
import { AwsClient } from "aws4fetch";
import { Failure } from "./failures.mjs";
import { checkName, checkSize } from "./names.mjs";

/** Milliseconds that a request may take, its body included. */
const PATIENCE = 60_000;

/** @param {number} status */
function codeOf(status) {
  if (status === 404) return "not-found";
  if (status === 507) return "store-full";
  return status >= 500 || status === 408 || status === 429 ? "store-unreachable" : "store-refused";
}

/**
 * @param {string} address `https://endpoint/bucket/prefix`; the prefix may be left out.
 * @param {Record<string, string | undefined>} env The keys, as every tool for S3 reads them: `AWS_ACCESS_KEY_ID`,
 *   `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`.
 * @returns {import("./store.mjs").Store}
 */
export function s3Store(address, env) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new Failure("store-refused", `${address} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`);
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    service: "s3",
    region: env.AWS_REGION ?? "us-east-1",
    // The queue tries again, later, and on another worker.
    retries: 0,
  });

  /**
   * @template Result
   * @param {string} name
   * @param {RequestInit} init
   * @param {(response: Response) => Promise<Result> | Result} use What fails in it fails for the same reasons.
   * @returns {Promise<Result>}
   */
  async function ask(name, init, use) {
    checkName(name);
    const url = `${address.replace(/\/+$/, "")}/${name.split("/").map(encodeURIComponent).join("/")}`;
    try {
      const response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
      if (response.ok) return await use(response);
      await response.body?.cancel();
      throw new Failure(codeOf(response.status), `${name}: ${init.method} was answered with ${response.status}`);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { message, cause } = /** @type {Error} */ (error);
      const reason = cause instanceof Error ? cause.message : message;
      throw new Failure("store-unreachable", `${name}: ${reason}`, { cause: error });
    }
  }

  return {
    has: (name) =>
      ask(name, { method: "HEAD" }, () => true).catch((error) => {
        if (error.code === "not-found") return false;
        throw error;
      }),

    read: (name) =>
      ask(name, { method: "GET" }, async (response) => {
        try {
          checkSize(name, Number(response.headers.get("content-length") ?? 0));
        } catch (error) {
          await response.body?.cancel();
          throw error;
        }
        return new Uint8Array(await response.arrayBuffer());
      }),

    write: (name, bytes) => ask(name, { method: "PUT", body: bytes }, (response) => response.body?.cancel()),
  };
}
