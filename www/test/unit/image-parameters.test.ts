/** Filters with images for parameters: what they may be, how they reach the workers, and what memory is counted for them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BYTES_A_CHARACTER, BYTES_A_NUMBER, rules } from "../../src/generated/rules.js";
import { bytesOfChange, bytesOfParameter } from "../../src/parameter-bytes.js";
import type { FilterRule } from "../../src/filter-rule.js";
import { detailsOf, thrown } from "./mistakes.js";
import { calm } from "./random.js";

/** The head of one, 3 × 2. */
const GIF = Uint8Array.from([71, 73, 70, 56, 57, 97, 3, 0, 2, 0, 0]);

(rules as FilterRule[]).push({
  name: "stamp",
  intensity: null,
  size: null,
  parameters: [
    { type: "image", required: true, name: "image" },
    { type: "text", required: false, name: "text" },
  ],
});
// After that: these modules look at the list when they are loaded.
const { checkChain, checkChange, givenOf } = await import("../../src/validate.js");
const { all, IN_FLIGHT, pixel, Place, until, watch } = await import("./fake-dispatcher.js");

const image = { data: Uint16Array.of(1, 2, 3), width: 1, height: 1, channels: 3 };
const stamp = (image: unknown) => [{ kind: "stamp", image }];

describe("an image that is a parameter", () => {
  it("may be pixels of every format, a file, its bytes or a response", () => {
    for (const given of [
      ...[image, { data: new Float32Array(4), width: 2, height: 2 }],
      ...[new Blob(["x"]), new Response(), GIF.buffer, GIF, new DataView(GIF.buffer)],
    ]) {
      const steps = checkChain(stamp(given));
      assert.equal(steps[0]?.["image"], given);
      assert.deepEqual(
        givenOf(
          ["invert", ...stamp(given)].flatMap((filter) => checkChain(filter)),
          "image",
        ),
        [{ step: { kind: "stamp", image: given }, parameter: "image", value: given }],
      );
    }
  });

  it("is refused where it is missing or wrong, with filter, parameter and what is allowed", () => {
    for (const [given, kind, words] of [
      [undefined, "TypeError", "is required: an image"],
      [5, "TypeError", "must be an image, got a number"],
      [[1, 2], "TypeError", "must be an image, got a list of numbers"],
      [{}, "TypeError", "must be an image, got an object"],
      ["a.png", "TypeError", "must be an image, got a string"],
      [{ ...image, width: 0 }, "RangeError", "must be an image: width must be a whole number of at least 1, got 0"],
      [{ ...image, width: 2 }, "RangeError", "must be an image: 2 × 1 pixels of 3 channels need 6 numbers, got 3"],
      [{ ...image, channels: 5 }, "RangeError", "must be an image: channels must be a whole number from 1 to 4, got 5"],
    ] as const) {
      const error = thrown(() => checkChain(stamp(given)));
      assert.equal(error.name, kind);
      assert.equal(error.message, `stamp: image ${words}`);
      assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter: "stamp", parameter: "image" });
    }
  });

  it("cannot be changed for one item; other parameters can, even where the image was given away since", () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const steps = checkChain(stamp({ data, width: 1, height: 1 }));
    structuredClone(data.buffer, { transfer: [data.buffer] });
    assert.deepEqual(checkChange(steps, { text: "a" }), { text: "a" });
    const error = thrown(() => checkChange(steps, { image }));
    assert.equal(error.name, "TypeError");
    assert.equal(error.message, "stamp: image cannot be changed for one item: give the image with the filter");
    assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter: "stamp", parameter: "image" });
  });

  it("is counted as long as the batch is read, once here and once in each instance", async () => {
    for (const instances of [1, 4]) {
      const place = new Place();
      place.dispatcher.instances = instances;
      place.steps = checkChain(stamp(image));
      const run = place.run([[1, pixel()]] as const);
      await until(() => place.dispatcher.busy);
      assert.equal(place.budget.used, 6 * (1 + instances) + IN_FLIGHT);
      place.dispatcher.end();
      await all(run);
      place.assertEmpty();
    }
  });

  it("is refused where its copies are more than the memory limit leaves", async () => {
    for (const [limit, isRefused] of [
      [2 * 6 * 5, false],
      [2 * 6 * 5 - 1, true],
    ] as const) {
      const place = new Place(limit, true);
      place.dispatcher.instances = 4;
      place.steps = checkChain([...stamp(image), ...stamp({ ...image })]);
      const told = all(place.run([]));
      if (isRefused)
        await assert.rejects(told, {
          code: "too-large",
          filter: "stamp",
          parameter: "image",
          message: /30 bytes.* 29 /,
        });
      else await told;
      place.assertEmpty();
    }
  });

  it("is read once where it stands in several places: a response can be read no second time", async () => {
    const place = new Place();
    place.dispatcher.instances = 1;
    place.steps = checkChain([...stamp(image), "invert", ...stamp(image)].flat());
    const run = place.run([[1, pixel()]] as const);
    await until(() => place.dispatcher.busy);
    assert.equal(place.budget.used, 6 * 2 + IN_FLIGHT);
    place.dispatcher.end();
    await all(run);
    place.assertEmpty();
    const other = new Place();
    other.dispatcher.decoded = { width: 3, height: 2 };
    const response = new Response(GIF);
    other.steps = checkChain([...stamp(response), ...stamp(response)]);
    const again = all(other.run([]));
    await until(() => other.dispatcher.jobs.length > 0);
    other.dispatcher.end();
    assert.deepEqual(await again, []);
    other.assertEmpty();
  });

  it("leaves less room for texts and lists, which are counted too", async () => {
    // Once here, with two bytes a character, and once in each of four instances.
    const needed = 5000 * (2 + 4 * BYTES_A_CHARACTER);
    for (const [limit, isRefused] of [
      [2 * 6 * 5 + needed, false],
      [2 * 6 * 5 + needed - 1, true],
    ] as const) {
      const place = new Place(limit, true);
      place.dispatcher.instances = 4;
      place.steps = checkChain([...stamp(image), { kind: "stamp", image: { ...image }, text: "x".repeat(5000) }]);
      const told = all(place.run([]));
      if (isRefused) await assert.rejects(told, { code: "too-large", filter: "stamp", parameter: "image" });
      else await told;
      place.assertEmpty();
    }
    const place = new Place(needed - 1, true);
    place.dispatcher.instances = 4;
    place.steps = checkChain([{ kind: "stamp", image, text: "x".repeat(5000) }]);
    await assert.rejects(all(place.run([])), {
      code: "too-large",
      filter: "stamp",
      parameter: "text",
      message: `stamp: text cannot be used: it needs ${needed} bytes in flight, more than the ${needed - 1} that the pool's memoryLimit leaves`,
    });
    place.assertEmpty();
  });

  it("that is a list of numbers takes its bytes, those of the engine and no more; a short one counts for nothing", () => {
    assert.equal(bytesOfParameter(new Float64Array(5000), 3), 5000 * (8 + 3 * BYTES_A_NUMBER));
    const change = { a: new Float64Array(5000), b: "x".repeat(6000), c: 5, d: new Float64Array(256), e: "clamp" };
    assert.equal(bytesOfChange(change), 5000 * (8 + BYTES_A_NUMBER) + 6000 * (2 + BYTES_A_CHARACTER));
    assert.equal(bytesOfChange(5), 0);
    assert.equal(bytesOfChange(undefined), 0);
  });

  it("that is pixels is copied once for the page, and stands in the steps by its number", async () => {
    const place = new Place(1e9, true);
    place.steps = checkChain([...stamp(image), "invert", ...stamp(pixel())].flat());
    await all(
      place.run([
        [1, pixel()],
        [2, pixel()],
      ] as const),
    );
    const images = place.dispatcher.images.get(0) ?? [];
    assert.deepEqual(
      images.map(({ pixels }) => [...new Uint8Array(pixels.buffer)]),
      [
        [1, 0, 2, 0, 3, 0],
        [0, 0, 0, 0],
      ],
    );
    const [a, b] = images.map(({ image }) => ({ kind: "stamp", image: { image } }));
    assert.deepEqual(place.dispatcher.opened.get(0), [a, { kind: "invert" }, b]);
    assert.deepEqual(place.dispatcher.forgotten, [0]);
    place.assertEmpty();
  });

  it("that is a file is decoded by a worker before the batch is opened and read", async () => {
    const place = new Place();
    place.dispatcher.decoded = { width: 3, height: 2 };
    place.steps = checkChain(stamp(new Blob([GIF])));
    const run = place.run([[1, pixel()]] as const);
    await until(() => place.dispatcher.jobs.length > 0);
    assert.deepEqual(place.dispatcher.opened.get(0), []);
    assert.equal(place.dispatcher.jobs[0]?.job.input.kind, "encoded");
    assert.ok(!run.quiet);
    place.dispatcher.end();
    await until(() => place.dispatcher.jobs.length > 0);
    assert.equal(place.dispatcher.images.get(0)?.[0]?.pixels.buffer.byteLength, 24);
    place.dispatcher.end();
    assert.equal((await all(run)).length, 1);
    place.assertEmpty();
  });

  it("that cannot be had ends its batch, which is closed and not read, with filter and parameter", async () => {
    const tooLarge = { data: new Uint8Array(1 << 12), width: 1 << 10, height: 1 };
    for (const [given, code] of [
      [tooLarge, "too-large"],
      [new Blob(["%PDF-1.7"]), "decode-failed"],
      [new Blob([]), "invalid-image"],
    ] as const) {
      const place = new Place(4000);
      place.steps = checkChain(stamp(given));
      const batch = {
        closed: false,
        *[Symbol.iterator]() {
          try {
            yield [1, pixel()] as const;
          } finally {
            this.closed = true;
          }
        },
      };
      await assert.rejects(all(place.run(batch)), { code, filter: "stamp", parameter: "image" });
      await calm();
      assert.equal(place.dispatcher.seen.length, 0);
      place.assertEmpty();
    }
  });

  it("that is larger than the engine takes is refused before it is decoded, whatever the memory limit", async () => {
    // 16,384 columns and a row more than fit.
    const large = new Blob([Uint8Array.from([71, 73, 70, 56, 57, 97, 0, 64, 1, 64, 0])]);
    const place = new Place(1e12);
    place.steps = checkChain(stamp(large));
    const told = all(place.run([[1, pixel()]] as const));
    await assert.rejects(told, { code: "too-large", filter: "stamp", parameter: "image", message: /1073741824/ });
    assert.equal(place.dispatcher.seen.length, 0);
    place.assertEmpty();
  });

  it("is not waited for by a batch that is cancelled meanwhile", async () => {
    const place = new Place();
    place.steps = checkChain(stamp(new Blob([GIF])));
    const controller = new AbortController();
    const end = watch(all(place.run([[1, pixel()]] as const, { signal: controller.signal })));
    await until(() => place.dispatcher.jobs.length > 0);
    controller.abort("no more");
    await calm();
    assert.deepEqual([end.state, end.reason], ["rejected", "no more"]);
    assert.equal(place.dispatcher.seen.length, 1);
    place.assertEmpty();
  });
});
