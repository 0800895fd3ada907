/**
 * Firefox by its own protocol, Marionette, which is what geckodriver translates WebDriver to: commands and answers as JSON, each
 * after its length, over a socket. See https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What Marionette does not set by itself: a free port, and no end to long scripts. */
const PREFERENCES = { "marionette.port": 0, "dom.max_script_run_time": 0, "dom.max_chrome_script_run_time": 0 };

const START_LIMIT_MS = 60_000;
const QUIT_LIMIT_MS = 10_000;

export class Firefox {
  version = "";
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #received = Buffer.alloc(0);
  #next = 1;
  #end: () => Promise<void> = () => Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox is gone"));
      this.#waiting.clear();
    });
  }

  /** Starts Firefox without a window, and a session in it. */
  static async start(program: string): Promise<Firefox> {
    const profile = await mkdtemp(path.join(tmpdir(), "firefox-"));
    const lines = Object.entries(PREFERENCES).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
    );
    await writeFile(path.join(profile, "user.js"), lines.join(""));
    const child = spawn(program, ["-headless", "-marionette", "-no-remote", "-profile", profile], { stdio: "ignore" });
    const exited = once(child, "exit");
    const end = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const timer = setTimeout(() => child.kill("SIGKILL"), QUIT_LIMIT_MS);
        await exited;
        clearTimeout(timer);
      }
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      const socket = connect(await portOf(profile), "127.0.0.1");
      await once(socket, "connect");
      const firefox = new Firefox(socket);
      firefox.#end = end;
      const session = await firefox.send<{ capabilities: { browserVersion: string } }>("WebDriver:NewSession");
      firefox.version = session.capabilities.browserVersion;
      return firefox;
    } catch (error) {
      child.kill("SIGKILL");
      await end();
      throw error;
    }
  }

  /** Sends a command, and resolves with its answer. */
  send<Result>(command: string, parameters: Record<string, unknown> = {}): Promise<Result> {
    const number = this.#next++;
    const message = Buffer.from(JSON.stringify([0, number, command, parameters]));
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as (result: unknown) => void, reject });
      this.#socket.write(`${message.length}:`);
      this.#socket.write(message);
    });
  }

  /** Ends Firefox, and takes its profile away. */
  async quit(): Promise<void> {
    // It may be gone before it answers.
    await this.send("Marionette:Quit", { flags: ["eForceQuit"] }).catch(() => undefined);
    this.#socket.destroy();
    await this.#end();
  }

  /** The first message is a greeting, which is no answer. */
  #take(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      const length = colon < 0 ? NaN : Number(this.#received.toString("latin1", 0, colon));
      if (!(this.#received.length >= colon + 1 + length)) return;
      const message = JSON.parse(this.#received.toString("utf8", colon + 1, colon + 1 + length)) as unknown;
      this.#received = this.#received.subarray(colon + 1 + length);
      if (!Array.isArray(message)) continue;
      const [, number, error, result] = message as [1, number, { message: string } | null, unknown];
      const waiting = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (error) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    }
  }
}

/** Firefox writes the port that it has chosen into its profile. */
async function portOf(profile: string): Promise<number> {
  const file = path.join(profile, "MarionetteActivePort");
  for (let waited = 0; waited < START_LIMIT_MS; waited += 50) {
    const port = Number(await readFile(file, "utf8").catch(() => ""));
    if (port > 0) return port;
    await delay(50);
  }
  throw new Error("Firefox does not listen");
}
