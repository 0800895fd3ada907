/** The browsers that tests drive, and their drivers. */
import { existsSync } from "node:fs";
import { aptInstall, isDebian } from "./apt.mjs";
import { Stop, which } from "./run.mjs";

const CHROMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const FIREFOXES = ["firefox-esr", "firefox"];
const MAC_FIREFOX = "/Applications/Firefox.app/Contents/MacOS/firefox";

/** Flags for a browser without a screen, which may run as root. */
export const chromiumArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The path of Chromium or Chrome, or undefined. */
export const findChromium = () =>
  process.env.CHROMIUM ?? CHROMES.map(which).find(Boolean) ?? (existsSync(MAC) ? MAC : undefined);

/** The path of chromedriver, or undefined. */
export const findChromedriver = () => process.env.CHROMEDRIVER ?? which("chromedriver");

/** `{ chromium, chromedriver }`, installed where they are missing. */
export async function ensureBrowser() {
  const missing = [];
  if (!findChromium()) missing.push("chromium");
  if (!findChromedriver()) missing.push("chromium-driver");
  if (missing.length > 0) {
    if (!isDebian) {
      throw new Stop(
        "missing: Chromium and chromedriver. Please install them, or name them in CHROMIUM and CHROMEDRIVER.",
      );
    }
    await aptInstall(missing, "the browser that the tests drive, and its driver");
  }
  return { chromium: findChromium(), chromedriver: findChromedriver() };
}

/** The path of Firefox, or undefined. */
export const findFirefox = () =>
  process.env.FIREFOX ?? FIREFOXES.map(which).find(Boolean) ?? (existsSync(MAC_FIREFOX) ? MAC_FIREFOX : undefined);

/** `{ driver, xvfb }`: WebKit's driver and a screen that nobody sees, or undefined where one of them is missing. */
export function findWebkit() {
  const driver = which("WebKitWebDriver");
  const xvfb = which("Xvfb");
  return driver && xvfb ? { driver, xvfb } : undefined;
}

/** `{ firefox }`, installed where it is missing. */
export async function ensureFirefox() {
  if (!findFirefox()) {
    if (!isDebian) throw new Stop("missing: Firefox. Please install it, or name it in FIREFOX.");
    await aptInstall(["firefox-esr"], "the second browser that the tests drive");
  }
  return { firefox: findFirefox() };
}

/** `{ driver, xvfb }`, installed where they are missing; undefined where WebKit is not to be had: it has no builds for other systems. */
export async function ensureWebkit() {
  if (!findWebkit() && isDebian) {
    await aptInstall(["webkit2gtk-driver", "xvfb"], "the third browser that the tests drive, and a screen for it");
  }
  return findWebkit();
}
