/** Functions of a user's own as steps of chains, in the browser that TEST_BROWSER names; see `../functions/work.mjs`. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expected } from "../functions/expected.js";
import { browserName, modes, withPage } from "./page.js";

for (const { mode, isolated } of modes) {
  describe(`${browserName}, functions of one's own in mode ${mode}`, () => {
    it("run in workers, alone and among filters, and fail alone", () =>
      withPage(isolated, async (tab) => {
        const folder = await tab.evaluate(() => new URL("../functions/", location.href).href, undefined);
        const told = await tab.evaluate(
          async ({ mode, folder }) => {
            const { work } = (await import(`${folder}work.mjs`)) as { work: (...given: unknown[]) => Promise<unknown> };
            const makeWorker = () => new Worker(`${folder}served.mjs`, { type: "module" });
            return JSON.stringify(await work(pixelpool.createPool, { mode, makeWorker, folder }));
          },
          { mode, folder },
        );
        assert.deepEqual(JSON.parse(told), expected(folder, isolated));
      }));
  });
}
