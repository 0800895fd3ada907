/** The profile of Display P3 that is made here, held against its definition. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { displayP3Profile } from "../../src/metadata/display-p3.js";
import { infoOf, jpeg, packedProfile, png, profileSegments } from "./header-files.js";

const profile = displayP3Profile();
const view = new DataView(profile.buffer);
const textAt = (at: number, length = 4) => String.fromCharCode(...profile.subarray(at, at + length));

/** The tags by name: where they begin, and how long they are. */
const tags = new Map(
  Array.from({ length: view.getUint32(128) }, (_, tag) => {
    const at = 132 + 12 * tag;
    return [textAt(at), { start: view.getUint32(at + 4), length: view.getUint32(at + 8) }] as const;
  }),
);
function numbersOf(name: string, from = 8): number[] {
  const { start, length } = tags.get(name)!;
  return Array.from({ length: (length - from) / 4 }, (_, number) => view.getInt32(start + from + number * 4) / 65536);
}

/** Adapts X, Y and Z from D65 to D50, with the matrix that the profile itself says. */
function adapt(light: readonly number[]): number[] {
  const matrix = numbersOf("chad");
  return [0, 3, 6].map((row) => light.reduce((sum, value, column) => sum + value * matrix[row + column]!, 0));
}

function assertNear(actual: readonly number[], expected: readonly number[], by: number): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(actual[index]! - value) <= by, `${actual.join()} is not ${expected.join()}`);
  }
}

describe("the profile of Display P3", () => {
  it("is one of version 4 for RGB, whole, with all tags that such a profile needs", () => {
    assert.equal(view.getUint32(0), profile.length);
    assert.deepEqual([profile[8], textAt(12, 12), textAt(36)], [4, "mntrRGB XYZ ", "acsp"]);
    const names = ["bTRC", "bXYZ", "chad", "cprt", "desc", "gTRC", "gXYZ", "rTRC", "rXYZ", "wtpt"];
    assert.deepEqual([...tags.keys()].sort(), names);
    for (const { start, length } of tags.values()) {
      assert.equal(start % 4, 0);
      assert.ok(start + length <= profile.length);
    }
    const words = textAt(tags.get("desc")!.start, tags.get("desc")!.length).replaceAll("\0", "");
    assert.match(words, /^mluc.*enUS.*Display P3$/s);
  });

  it("has primaries that are those of P3 under its white", () => {
    const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => numbersOf(name));
    const white = columns.reduce((sum, column) => sum.map((value, at) => value + column[at]!), [0, 0, 0]);
    // What is rounded to 16 bits behind the point, three times.
    assertNear(white, [0.9642, 1, 0.8249], 3 / 65536);
    assertNear(numbersOf("wtpt"), [0.9642, 1, 0.8249], 1 / 65536);
    for (const [index, [x, y]] of [
      [0.68, 0.32],
      [0.265, 0.69],
      [0.15, 0.06],
    ].entries()) {
      const column = columns[index]!;
      // A colour is a multiple of what adapted x, y and z are.
      const expected = adapt([x! / y!, 1, (1 - x! - y!) / y!]);
      const share = column[1]! / expected[1]!;
      assertNear(
        column,
        expected.map((value) => value * share),
        5 / 65536,
      );
    }
    assertNear(adapt([0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329]), [0.9642, 1, 0.8249], 5 / 65536);
  });

  it("has the curve of sRGB", () => {
    for (const name of ["rTRC", "gTRC", "bTRC"]) {
      const { start } = tags.get(name)!;
      assert.deepEqual([textAt(start), view.getUint16(start + 8)], ["para", 3]);
      const [g, a, b, c, d] = numbersOf(name, 12) as [number, number, number, number, number];
      for (let level = 0; level < 256; level++) {
        const x = level / 255;
        const expected = x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
        assertNear([x >= d ? (a * x + b) ** g : c * x], [expected], 1e-4);
      }
    }
  });

  it("is told by those who read headers", async () => {
    const content = [...profile];
    for (const file of [jpeg(profileSegments(content).flat()), png(undefined, { before: packedProfile(content) })]) {
      assert.equal((await infoOf(file))?.colorSpace, "display-p3");
    }
  });
});
