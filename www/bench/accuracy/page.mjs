/** The page's side of `npm run accuracy`: runs cases by pixelpool and by others. Driven from run.mjs. */
import { rivals } from "./rivals/rivals.mjs";

const { pixelpool } = globalThis;

const bytesOf = (base64) => Uint8ClampedArray.from(atob(base64), (character) => character.charCodeAt(0));

function textOf(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

const pictureOf = ({ width, height, data }) => ({ width, height, data: bytesOf(data) });

/** A picture may be a parameter; a table of colours may be named. */
const given = (parameters) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value?.data === undefined ? value : pictureOf(value)]),
  );

let pool;
const inputs = new Map();
const opened = new Map();

/** All parameters: those that are given, and the defaults of the others. */
function completed({ op, params }) {
  const info = pixelpool.filters.find(({ name }) => name === op);
  const usual = info.parameters.filter((parameter) => (parameter.default ?? null) !== null);
  return { ...Object.fromEntries(usual.map((parameter) => [parameter.name, parameter.default])), ...given(params) };
}

globalThis.accuracy = {
  async start(pictures) {
    pool = await pixelpool.createPool({ threads: 2 });
    for (const picture of pictures) inputs.set(picture.name, pictureOf(picture));
  },

  /** For each case its results, by name: bytes, `undefined` where there is no such filter, or what went wrong. */
  async run(cases) {
    const all = [];
    for (const one of cases) {
      const input = () => {
        const { data, ...size } = typeof one.input === "string" ? inputs.get(one.input) : pictureOf(one.input);
        return { ...size, data: data.slice() };
      };
      const results = {};
      const chain = one.chain.map(({ op, params }) => ({ kind: op, ...given(params) }));
      const { data } = await pool.apply(chain, input());
      results.pixelpool = { bytes: textOf(data) };
      if (one.chain.length === 1) {
        for (const rival of rivals) {
          if (!opened.has(rival.name)) opened.set(rival.name, await rival.open());
          try {
            const made = await opened.get(rival.name)(one.chain[0].op, completed(one.chain[0]), input());
            if (made) results[rival.name] = { bytes: textOf(made.data) };
          } catch (error) {
            results[rival.name] = { error: String(error?.message ?? error) };
          }
        }
      }
      all.push(results);
    }
    return all;
  },
};
