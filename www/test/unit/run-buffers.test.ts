/** Where the images of a run lie on their way: in rooms that are handed on, and in old buffers that take results. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { all, COPIER, items, pixel, Place } from "./fake-dispatcher.js";
import type { Copier, Loan } from "../../src/copies.js";
import type { Step } from "../../src/protocol.js";
import type { BatchItem, RunOptions } from "../../src/types.js";
import { calm } from "./random.js";

const PADDED: readonly Step[] = [{ kind: "pad", left: 1, right: 1, top: 1, bottom: 1 }];

/** Has a room for every copy, and notes those that are given back. */
class Lender implements Copier {
  readonly isShared = true;
  readonly loans: Loan[] = [];
  readonly returned: number[] = [];

  place(length: number): { bytes: Uint8Array; loan: Loan } {
    const bytes = new Uint8Array(length);
    const room = 64 * (1 + this.loans.length);
    const read = (count: number) => bytes.subarray(0, count);
    // Whatever else a loan tells, a run does not ask.
    const loan = { room, read, giveBack: () => this.returned.push(room) } as unknown as Loan;
    this.loans.push(loan);
    return { bytes, loan };
  }

  copy(bytes: Uint8Array): { bytes: Uint8Array; loan: Loan } {
    const place = this.place(bytes.length);
    place.bytes.set(bytes);
    return place;
  }
}

describe("rooms of a run", () => {
  it("are sent with their loan, one an image, and given back once each, however the run ends", async () => {
    for (const isCancelled of [false, true]) {
      const place = new Place();
      const lender = new Lender();
      place.dispatcher.copier = lender;
      const run = place.run(items(3, () => pixel(2)));
      const results = isCancelled ? undefined : all(run);
      if (isCancelled) void run.next();
      await calm();
      const { jobs } = place.dispatcher;
      assert.deepEqual(
        jobs.map(({ job }) => job.input),
        [64, 128, 192].map((room) => ({ kind: "lent", room, width: 2, height: 2 })),
      );
      assert.ok(jobs.every(({ loan, transfer }, at) => loan === lender.loans[at] && transfer.length === 0));
      assert.deepEqual(lender.returned, []);
      if (isCancelled) await run.return();
      else while (place.dispatcher.busy) place.dispatcher.end();
      await results;
      await calm();
      assert.deepEqual(
        lender.returned.sort((a, b) => a - b),
        [64, 128, 192],
      );
      place.assertEmpty();
    }
  });
});

describe("old buffers", () => {
  /** The old buffer that comes with the job of an image, of those there are. */
  async function into(lengths: readonly number[], steps: readonly Step[], copier: Copier, options: RunOptions = {}) {
    const place = new Place();
    place.steps = steps;
    place.dispatcher.copier = copier;
    const old = lengths.map((length) => new ArrayBuffer(length));
    place.dispatcher.old.push(...old);
    const results = all(place.run([[0, pixel(2)] satisfies BatchItem<number>], options));
    await calm();
    const { job, transfer } = place.dispatcher.jobs[0]!;
    const given = job.into;
    assert.equal(
      given ? transfer.includes(given) : transfer.some((each) => old.includes(each as ArrayBuffer)),
      !!given,
    );
    assert.equal(place.dispatcher.old.length, old.length - (given ? 1 : 0));
    if (given) assert.ok(old.includes(given));
    place.dispatcher.end();
    await results;
    return given?.byteLength;
  }

  it("take the results of images in rooms, where they are as long", async () => {
    assert.equal(await into([15, 16, 17], [], new Lender()), 16);
    assert.equal(await into([15, 17], [], new Lender()), undefined);
    assert.equal(await into([16, 64], PADDED, new Lender()), 64);
  });

  it("take the results of images in buffers of their own where those have another length", async () => {
    assert.equal(await into([16, 64], [], COPIER), undefined);
    assert.equal(await into([16, 64], PADDED, COPIER), 64);
    assert.equal(await into([16, 64], PADDED, COPIER, { transfer: true }), 64);
  });

  it("take no bitmaps and no files", async () => {
    for (const output of ["bitmap", { type: "image/png" }] as const) {
      assert.equal(await into([16], [], new Lender(), { output }), undefined);
    }
  });

  it("take no numbers", async () => {
    const place = new Place(1e9, true);
    place.dispatcher.old.push(new ArrayBuffer(0), new ArrayBuffer(16));
    await all(place.run([[0, [1, 2]] satisfies BatchItem<number>]));
    assert.equal(place.dispatcher.seen[0]?.into?.byteLength ?? 0, 0);
  });
});
