/** Cases with expected results: those of tests/oracle/, and those that the native tests have told. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../../../tests/oracle");

/** Of the oracle: each with what `compare` needs, and `judge`, which holds a result against the case's own tolerance. */
export async function oracleCases() {
  const { Oracle } = await import(path.join(FOLDER, "oracle.mjs"));
  const oracle = await Oracle.open(FOLDER);
  const names = [...new Set(oracle.cases.map(({ input }) => input))];
  const inputs = names.map((name) => ({ name, ...oracle.input(name) }));
  const isOpaque = new Map(
    inputs.map(({ name, data }) => [name, data.every((value, i) => i % 4 !== 3 || value === 255)]),
  );
  const cases = oracle.cases.map((one) => ({
    op: one.op,
    input: one.input,
    isOpaque: isOpaque.get(one.input),
    chain: chainOf(oracle, one),
    judge: (bytes) => oracle.compare(one, bytes).ok,
    /** Where only a hash of the result is stored, bytes that have it are what is expected. */
    expectation(ours) {
      const either = oracle.mask(one, "ties");
      const free = oracle.mask(one, "free");
      return {
        expected: oracle.expected(one)?.data ?? (oracle.sha256(ours) === one.sha256 ? ours : undefined),
        premultiplied: one.tol.metric === "premul",
        isEither: (i) => either?.(i) === 1,
        isFree: (i) => free?.(i) === 1,
      };
    },
  }));
  return { inputs: inputs.map(({ data, ...rest }) => ({ ...rest, data: base64(data) })), cases };
}

function chainOf(oracle, { op, params }) {
  const steps = params.steps?.map(({ op, ...rest }) => [op, rest]) ?? [[op, params]];
  return steps.map(([op, { lut, ...params }]) => ({
    op,
    params: lut === undefined ? params : { ...params, cube: oracle.cubeText(lut) },
  }));
}

const base64 = (data) => Buffer.from(data).toString("base64");
const ofHex = (text) => Buffer.from(text, "hex");

/** Of the native tests. Whether a result may be taken for right, the tests themselves have said. */
export function toldCases(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const { op, params, width, height, input, expected, either, weighted } = JSON.parse(line);
    const data = ofHex(input);
    const eithers = new Set(either);
    const given = Object.entries(params).map(([name, value]) => [
      name,
      value?.pixels === undefined
        ? value
        : { width: value.width, height: value.height, data: base64(ofHex(value.pixels)) },
    ]);
    return {
      op,
      input: { width, height, data: base64(data) },
      isOpaque: data.every((value, i) => i % 4 !== 3 || value === 255),
      chain: [{ op, params: Object.fromEntries(given) }],
      expectation: () => ({
        expected: ofHex(expected),
        premultiplied: weighted,
        isEither: (i) => eithers.has(i),
        isFree: () => false,
      }),
    };
  });
}
