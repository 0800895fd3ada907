/** A Redis of the test's own, on a free port of loopback, in a folder that goes with it. */
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";

/** The program that is on PATH, or `undefined`. */
export const redisServer = (process.env.PATH ?? "")
  .split(path.delimiter)
  .map((folder) => path.join(folder, "redis-server"))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** @param {{ isPersistent?: boolean }} options One that is persistent knows after a restart what it was told before. */
export async function startRedis({ isPersistent = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-redis-"));
  const port = await freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  args.push("--appendonly", isPersistent ? "yes" : "no", "--appendfsync", "always");
  /** @type {import("node:child_process").ChildProcess} */
  let child;

  async function start() {
    child = spawn(redisServer ?? "redis-server", args, { stdio: "ignore" });
    const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on("error", () => undefined);
    await Promise.race([client.ping(), setTimeout(10_000, undefined, { ref: false })]);
    client.disconnect();
  }

  /** As it would go with the machine. */
  async function kill() {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  // A test that takes too long is ended by its runner, and its Redis with it.
  process.once("SIGTERM", () => {
    child.kill("SIGKILL");
    process.exit(1);
  });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
