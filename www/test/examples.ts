/** What the pages of the examples must show, with or without a bundler. */
import assert from "node:assert/strict";

export const EXAMPLES = ["own-filter", "own-function"] as const;
export type Example = (typeof EXAMPLES)[number];

export type Place = readonly [x: number, y: number];

/** What a page has come to. */
interface Seen {
  /** What it says at its end. */
  said: string;
  /** The mode that it should have run in. */
  mode: string;
  /** Colours of its canvas. */
  at: (places: readonly Place[]) => Promise<number[][]>;
}

export async function checkExample(example: Example, { said, mode, at }: Seen): Promise<void> {
  assert.match(said, new RegExp(`^Done, in mode ${mode}:`));
  await looks[example](at);
}

const looks: Record<Example, (at: Seen["at"]) => Promise<void>> = {
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
