/** What files say of themselves: by `inspect` in a page without a pool, and beside the results of a pool. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { launch, modes, openPage } from "./page.js";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** An animation of two frames, 1 × 1. */
const GIF = [
  ...[71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255],
  ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0],
  ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b],
];

for (const { mode, isolated } of modes) {
  describe(`sources, mode ${mode}`, () => {
    it("come with the results of files, whatever they were given as, and are what inspect tells", async () => {
      await using tab = await openPage(browser, { isolated });
      const { told, rest } = await tab.page.evaluate(
        async ({ mode, gif }) => {
          const load = (name: string) => fetch(`/www/demo/samples/${name}`);
          const animation = new Uint8Array(gif);
          const files: Record<string, Blob | ArrayBuffer | Response | Uint8Array> = {
            turned: new File([await (await load("landscape-turned.jpg")).blob()], "turned.jpg"),
            photo: await (await load("macaws.jpg")).arrayBuffer(),
            webp: await load("statue.webp"),
            png: await (await load("transparency.png")).blob(),
            animation,
          };
          const told: Record<string, unknown> = {};
          for (const [name, file] of Object.entries(files)) {
            told[name] = await pixelpool.inspect(file instanceof Response ? file.clone() : file);
          }
          const pool = await pixelpool.createPool({ mode, threads: 2 });
          const rest: unknown[] = [];
          const outcomes = pool.imap("invert", [
            ...Object.entries(files),
            ["pixels", new ImageData(2, 2)],
            ["broken", new Blob(["no picture"])],
          ] as [string, Blob][]);
          for await (const { id, status, image, source } of outcomes) {
            if (!source) {
              rest.push([id, status]);
              continue;
            }
            const isTurned = source.orientation > 4;
            const [width, height] = isTurned ? [source.height, source.width] : [source.width, source.height];
            const isRight = image.width === width && image.height === height;
            const isSame = JSON.stringify(source) === JSON.stringify(told[id]);
            rest.push([id, isRight && isSame]);
          }
          await pool.close();
          return { told, rest };
        },
        { mode, gif: GIF },
      );
      const rgb = { depth: 8, channels: 3, colorSpace: "srgb", hasProfile: false, frames: 1, orientation: 1 };
      const sizeless = Object.entries(told).map(([name, info]) => [name, { ...(info as object), bytes: 0 }]);
      assert.deepEqual(Object.fromEntries(sizeless), {
        turned: { ...rgb, type: "image/jpeg", bytes: 0, width: 800, height: 1200, orientation: 6 },
        photo: { ...rgb, type: "image/jpeg", bytes: 0, width: 768, height: 512 },
        webp: { ...rgb, type: "image/webp", bytes: 0, width: 512, height: 768 },
        png: { ...rgb, type: "image/png", bytes: 0, width: 300, height: 300, channels: 4 },
        animation: { ...rgb, type: "image/gif", bytes: 0, width: 1, height: 1, frames: 2 },
      });
      const right = ["turned", "photo", "webp", "png", "animation"].map((name) => [name, true]);
      assert.deepEqual(rest, [...right, ["pixels", "fulfilled"], ["broken", "rejected"]]);
      assert.deepEqual(tab.complaints, []);
    });
  });
}
