/** Jobs whose images say their numbers, run by instances of several lanes. */
import assert from "node:assert/strict";
import { lanesOf, makeJob, numbers, type FakeWorker, type Place } from "./fake-workers.js";
import { pack, type Packed } from "../../src/pixels.js";
import { transferOf, type JobInput } from "../../src/protocol.js";
import { calm } from "./random.js";

export const BYTES = 64 * 1024;

/** An image that says its job's number. */
export function imageOf({ dispatcher }: Place, job: number): Promise<Packed> {
  const data = new Uint8Array(BYTES).fill(job);
  return pack({ kind: "pixels", like: "plain", data, width: 128, height: 128 }, false, dispatcher.copier);
}

/** Runs images from a number on to another, all of them in rooms where there is an engine that lends some. */
export async function runImages(place: Place, from: number, to: number, batch = 0): Promise<void> {
  const { copier } = place.dispatcher;
  for (let image = from; image < to; image++) copier.place(BYTES);
  await calm();
  for (let job = from; job < to; job++) await runImage(place, job, batch);
  await calm();
}

async function runImage(place: Place, number: number, batch = 0): Promise<void> {
  const { input, transfer, loan } = await imageOf(place, number);
  place.dispatcher.run(makeJob(number, batch, input), transfer, (end) => place.ends.push(end), loan);
}

/** The number that an input says, whose instance has been started by this worker. */
function numberIn(input: JobInput, first: FakeWorker): number | undefined {
  if (input.kind === "encoded") return input.blob.size;
  if (input.kind === "numbers") return input.numbers[0];
  if (input.kind === "picture" || input.kind === "value") return undefined;
  const bytes = input.kind === "lent" ? first.memory!.read(input.room) : new Uint8Array(input.buffer);
  const [number, ...others] = new Set(bytes);
  assert.equal(others.length, 0);
  return number;
}

/** Every job that the instance of a worker was given, with what its input says. */
export function givenTo(place: Place, at: number): [number, number | undefined][] {
  const first = place.workers[at]!;
  const jobs = lanesOf(place, at).flatMap(({ given }) => given);
  return jobs
    .map(({ job, input }): [number, number | undefined] => [job, numberIn(input, first)])
    .sort(([a], [b]) => a - b);
}

export const same = (from: number, to: number) => numbers(from, to).map((job) => [job, job]);

/** Ends all that the instance of a worker was given. */
export function endAll(place: Place, at: number): void {
  for (const lane of lanesOf(place, at)) lane.end(lane.jobs);
}

/** Runs images from a number on to another, each in a buffer of its own that is transferred. */
export async function runOwned({ dispatcher, ends }: Place, from: number, to: number): Promise<void> {
  for (const number of numbers(from, to)) {
    const { buffer } = new Uint8Array(BYTES).fill(number);
    const job = makeJob(number, 0, { kind: "pixels", width: 128, height: 128, buffer });
    dispatcher.run(job, transferOf(job), (end) => ends.push(end));
  }
  await calm();
}
