/** `npm run contact-sheet`: what every filter makes of one photo, as docs/contact-sheet/, a picture for each group. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launch, openPage } from "../../test/browser/page.js";
import type { ContactSheet } from "./page.js";

declare const contactSheet: ContactSheet;

const FOLDER = path.resolve(import.meta.dirname, "../../../docs/contact-sheet");
const PHOTO = "/www/demo/samples/macaws.jpg";
/** All sheets together. */
const MOST = 400_000;
const QUALITIES = [0.85, 0.8, 0.7, 0.6, 0.5, 0.4];
/** What these do cannot be seen: time passes, or a border goes that a photo does not have. */
const INVISIBLE = ["delay", "trim"];

const browser = await launch();
try {
  await using tab = await openPage(browser);
  const { page } = tab;
  await page.addScriptTag({ url: "/target/contact-sheet.js", type: "module" });
  await page.waitForFunction(() => "contactSheet" in globalThis);
  const { groups, silent } = await page.evaluate((photo) => contactSheet.make(photo), PHOTO);
  const dull = silent.filter((name) => !INVISIBLE.includes(name));
  if (dull.length > 0)
    throw new Error(`the photo does not show what these do; see www/demo/telling.ts: ${dull.join(", ")}`);
  const filesOf = async (type: string, quality: number) => {
    const texts = [];
    for (const group of groups) {
      texts.push(await page.evaluate((given) => contactSheet.file(...given), [group, type, quality] as const));
    }
    return texts.map((text) => Buffer.from(text, "base64"));
  };
  const sizeOf = (files: readonly Buffer[]) => files.reduce((sum, file) => sum + file.length, 0);
  let files: Buffer[] = [];
  for (const quality of QUALITIES) {
    files = await filesOf("image/webp", quality);
    if (sizeOf(files) <= MOST) break;
  }
  if (sizeOf(files) > MOST) throw new Error(`the sheets have ${sizeOf(files)} bytes, and may have ${MOST}`);
  mkdirSync(FOLDER, { recursive: true });
  for (const former of readdirSync(FOLDER)) rmSync(path.join(FOLDER, former));
  groups.forEach((group, i) => writeFileSync(path.join(FOLDER, `${group}.webp`), files[i] ?? ""));
  console.log(`pixelpool: written: docs/contact-sheet/, ${groups.length} sheets, ${sizeOf(files)} bytes`);
  // For who looks at them with a program that knows no WebP.
  if (process.argv.includes("--png")) {
    const folder = path.resolve(FOLDER, "../../target/contact-sheet");
    mkdirSync(folder, { recursive: true });
    const pngs = await filesOf("image/png", 1);
    groups.forEach((group, i) => writeFileSync(path.join(folder, `${group}.png`), pngs[i] ?? ""));
  }
} finally {
  await browser.close();
}
