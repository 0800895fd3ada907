/** The second part of the engine's code in a memory that threads share. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { shareMore } from "../../src/more.js";

const CODE = Uint8Array.of(5, 6, 7).buffer;

it("the code lies in its room, with two words that say where", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  shareMore({ memory, moreAt: () => 16 }, CODE, 1000);
  assert.deepEqual([...new Int32Array(memory.buffer, 16, 2)], [1000, 3]);
  assert.deepEqual([...new Uint8Array(memory.buffer, 999, 5)], [0, 5, 6, 7, 0]);
});
