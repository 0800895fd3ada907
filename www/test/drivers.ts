/**
 * One interface over the browsers that tests drive: Chromium through playwright, Firefox by its own protocol, WebKit through
 * WebKitWebDriver. Firefox is not driven by WebDriver BiDi, under which workers that start workers hang now and then.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { Builder, type WebDriver } from "selenium-webdriver";
import { chromiumArgs, findChromium, findFirefox, findWebkit } from "../../scripts/browser.mjs";
import { Firefox } from "./marionette.js";

export type BrowserName = "chromium" | "firefox" | "webkit";

export interface OpenBrowser {
  readonly name: BrowserName;
  readonly version: string;
  open(address: string): Promise<Tab>;
  close(): Promise<void>;
}

/** One page. Functions run in it see nothing of the test but their argument; both ways only JSON passes. */
export interface Tab {
  evaluate<Argument, Result>(
    body: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  /** What the page complained of until now: uncaught errors, unhandled rejections, errors on its console. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
}

/** Longer than any test waits for its page: whoever calls has a limit of their own. */
const SCRIPT_LIMIT_MS = 20 * 60_000;

export async function openBrowser(name: BrowserName): Promise<OpenBrowser> {
  return { chromium: openChromium, firefox: openFirefox, webkit: openWebkit }[name]();
}

/** A call as the text of an expression, whose value is a promise of JSON. */
function expression(body: (argument: never) => unknown, argument: unknown): string {
  // What runs these files gives functions their names through a helper that a page does not have.
  return `(async () => {
    globalThis.__name ??= (named) => named;
    return JSON.stringify({ value: await (${body.toString()})(${JSON.stringify(argument)}) });
  })()`;
}

/** {@link Tab.evaluate}, given what runs the text of an expression and gives its JSON. */
function evaluateBy(run: (text: string) => Promise<string>): Tab["evaluate"] {
  return async <Argument, Result>(body: (argument: Argument) => Result | Promise<Result>, argument: Argument) =>
    (JSON.parse(await run(expression(body, argument))) as { value: Result }).value;
}

async function openChromium(): Promise<OpenBrowser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("there is no Chromium; npm test installs it");
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  return {
    name: "chromium",
    version: browser.version(),
    open: async (address) => {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("crash", () => complaints.push("the page crashed"));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(address);
      return {
        evaluate: evaluateBy((text) => page.evaluate<string>(text)),
        complaints: () => Promise.resolve(complaints),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

async function openFirefox(): Promise<OpenBrowser> {
  const program = findFirefox();
  if (program === undefined) throw new Error("there is no Firefox; npm test installs it");
  const firefox = await Firefox.start(program);
  let first = "";
  try {
    first = (await firefox.send<{ value: string }>("WebDriver:GetWindowHandle")).value;
    await firefox.send("WebDriver:SetTimeouts", { script: SCRIPT_LIMIT_MS });
  } catch (error) {
    await firefox.quit();
    throw error;
  }
  return {
    name: "firefox",
    version: firefox.version,
    open: async (address) => {
      const { handle } = await firefox.send<{ handle: string }>("WebDriver:NewWindow", { type: "tab" });
      const switchTo = () => firefox.send("WebDriver:SwitchToWindow", { handle });
      await switchTo();
      await firefox.send("WebDriver:Navigate", { url: address });
      return openTab({
        run: async (script, text) => {
          await switchTo();
          const given = { script, args: [text], newSandbox: false };
          return (await firefox.send<{ value: Answer }>("WebDriver:ExecuteAsyncScript", given)).value;
        },
        close: async () => {
          await switchTo();
          await firefox.send("WebDriver:CloseWindow");
          await firefox.send("WebDriver:SwitchToWindow", { handle: first });
        },
      });
    },
    close: () => firefox.quit(),
  };
}

/** WebKitGTK's small browser. It needs a screen, so it gets one that nobody sees. */
async function openWebkit(): Promise<OpenBrowser> {
  const found = findWebkit();
  if (found === undefined) throw new Error("there is no WebKitWebDriver or no Xvfb; npm test installs them");
  const screen = spawn(found.xvfb, ["-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let service: ChildProcess | undefined;
  const end = async () => {
    for (const process of [service, screen]) {
      if (!process || process.exitCode !== null || process.signalCode !== null) continue;
      process.kill();
      await once(process, "exit");
    }
  };
  try {
    const [display] = (await once(screen.stdio[3] as Readable, "data")) as [Buffer];
    const port = await freePort();
    // This port of WebKit has shared memory on isolated pages only where it is asked for it.
    const env = { ...process.env, DISPLAY: `:${String(display).trim()}`, JSC_useSharedArrayBuffer: "1" };
    service = spawn(found.driver, [`--port=${port}`], { env, stdio: "ignore" });
    const server = `http://127.0.0.1:${port}`;
    for (let tries = 0; !(await fetch(`${server}/status`).catch(() => undefined))?.ok; tries++) {
      if (tries === 100) throw new Error("WebKitWebDriver does not answer");
      await delay(100);
    }
    const driver = await new Builder().usingServer(server).withCapabilities({ browserName: "MiniBrowser" }).build();
    return await driven("webkit", driver, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** A port of the loopback interface that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A browser behind the WebDriver protocol; `ended` is called when it has quit. */
async function driven(name: BrowserName, driver: WebDriver, ended: () => Promise<void>): Promise<OpenBrowser> {
  await driver.manage().setTimeouts({ script: SCRIPT_LIMIT_MS });
  const first = await driver.getWindowHandle();
  return {
    name,
    version: (await driver.getCapabilities()).getBrowserVersion() ?? "",
    open: async (address) => {
      await driver.switchTo().newWindow("tab");
      const handle = await driver.getWindowHandle();
      await driver.get(address);
      return openTab({
        run: async (script, text) => {
          await driver.switchTo().window(handle);
          return driver.executeAsyncScript<Answer>(script, text);
        },
        close: async () => {
          await driver.switchTo().window(handle);
          await driver.close();
          await driver.switchTo().window(first);
        },
      });
    },
    close: async () => {
      // One that has crashed cannot quit any more.
      await driver.quit().finally(ended);
    },
  };
}

/** What a page says: the JSON of a value, or what was thrown. */
type Answer = [json: string | null, error: string];

/** A page of a browser that is told scripts, and hears what they call their last argument with. */
interface ScriptedTab {
  run(script: string, argument: string): Promise<Answer>;
  close(): Promise<void>;
}

async function openTab(tab: ScriptedTab): Promise<Tab> {
  const evaluate = evaluateBy(async (text) => {
    // The driver's scripts run in a realm beside the page's; `eval` of the page runs in the page's own.
    const [json, error] = await tab.run(
      `const [text, done] = arguments;
      window.eval(text).then((json) => done([json, ""]), (error) => done([null, error + "\\n" + error?.stack]));`,
      text,
    );
    if (json === null) throw new Error(error);
    return json;
  });
  await evaluate(listenToComplaints, undefined);
  return {
    evaluate,
    complaints: () => evaluate(() => (globalThis as unknown as { complaints: string[] }).complaints, undefined),
    close: () => tab.close(),
  };
}

/** Runs in a page whose browser tells its driver nothing of this. */
function listenToComplaints(): void {
  const complaints: string[] = [];
  Object.assign(globalThis, { complaints });
  addEventListener("error", ({ message }) => complaints.push(message));
  addEventListener("unhandledrejection", ({ reason }) => complaints.push(`unhandled: ${String(reason)}`));
  const { error } = console;
  console.error = (...words: unknown[]) => {
    complaints.push(words.join(" "));
    error(...words);
  };
}
