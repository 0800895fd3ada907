/** The pages of the examples, as they lie there: without a bundler. Under Vite: test/dist/examples.test.ts. */
import { describe, it } from "node:test";
import { EXAMPLES, checkExample, type Place } from "../examples.js";
import { browserName, modes, withPage } from "./page.js";

describe(`examples in ${browserName}, without a bundler`, () => {
  for (const name of EXAMPLES) {
    for (const { mode, isolated } of modes) {
      it(`${name}, mode ${mode}`, () =>
        withPage(isolated, async (tab) => {
          const said = await tab.evaluate(async (name) => {
            const frame = document.createElement("iframe");
            frame.id = "example";
            frame.src = `/examples/${name}/index.html`;
            document.body.append(frame);
            for (let waited = 0; ; waited += 50) {
              const said = frame.contentDocument?.querySelector("output")?.value ?? "";
              if (said.startsWith("Done") || waited > 60_000) return said;
              await new Promise((resolve) => setTimeout(resolve, 50));
            }
          }, name);
          const at = (places: readonly Place[]) =>
            tab.evaluate((places) => {
              const frame = document.querySelector<HTMLIFrameElement>("#example");
              const context = frame?.contentDocument?.querySelector("canvas")?.getContext("2d");
              return places.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
            }, places);
          await checkExample(name, { said, mode, at });
        }));
    }
  }
});
