/** What the pages of the examples must show, with or without a bundler. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

export const EXAMPLES = ["own-filter", "own-function"] as const;
export type Example = (typeof EXAMPLES)[number];

/** Waits for what the page says at its end, and looks at its canvas. */
export async function lookAt(example: Example, page: Page, mode: string): Promise<void> {
  const output = page.locator("output");
  await output.filter({ hasText: /^Done/ }).waitFor();
  assert.match(await output.innerText(), new RegExp(`^Done, in mode ${mode}:`));
  const at = (places: readonly (readonly [number, number])[]) =>
    page.evaluate((places) => {
      const context = document.querySelector("canvas")?.getContext("2d");
      return places.map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])]);
    }, places);
  await looks[example](at);
}

type Colors = (places: readonly (readonly [number, number])[]) => Promise<number[][]>;

const looks: Record<Example, (at: Colors) => Promise<void>> = {
  /** A red column far from the next hue stays red, and one that is nearer to another hue becomes that. */
  "own-filter": async (at) => {
    const [red, green] = (await at([3, 100].map((x) => [x, 60] as const))) as [number[], number[]];
    assert.ok(red[0]! > 200 && red[1]! < 60 && red[2]! < 60, String(red));
    assert.ok(green[1]! > 200 && green[0]! > 100 && green[2]! < 60, String(green));
  },
  /** Three pictures side by side, each with more white in its corners than in its middle, and with nothing transparent. */
  "own-function": async (at) => {
    for (const left of [0, 240, 480]) {
      const whites = async (x: number, y: number) => {
        const square = Array.from({ length: 32 * 32 }, (_, i) => [left + x + (i % 32), y + (i >> 5)] as const);
        const colors = await at(square);
        assert.ok(colors.every(([, , , alpha]) => alpha === 255));
        return colors.filter((color) => color.every((level) => level === 255)).length / square.length;
      };
      const [middle, corner] = [await whites(104, 104), await whites(0, 0)];
      assert.ok(middle < 0.3 && corner > 0.6, `${left}: white are ${middle} of the middle, ${corner} of a corner`);
    }
  },
};
