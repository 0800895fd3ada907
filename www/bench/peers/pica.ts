/** pica: resizing, in WebAssembly without SIMD, by workers of its own between canvases or on arrays here. */
import { packageFile, type Rival } from "./contestant.js";

interface Pica {
  init(): Promise<Pica>;
  resizeBuffer(options: {
    src: Uint8ClampedArray;
    width: number;
    height: number;
    toWidth: number;
    toHeight: number;
    filter: string;
  }): Promise<Uint8Array<ArrayBuffer>>;
  resize(from: OffscreenCanvas, to: OffscreenCanvas, options: { filter: string }): Promise<OffscreenCanvas>;
}

const CANVASES = "canvases";

export const pica: Rival = {
  name: "pica",
  ways: (steps, threads) =>
    steps.some(({ kind }) => kind !== "resize")
      ? []
      : [
          { name: "on the page, arrays", workers: 0, threads: 1 },
          { name: `in ${threads} workers, arrays`, workers: threads, threads: 1 },
          { name: `canvases, ${threads} workers of its own`, workers: 0, threads, setting: CANVASES },
        ],
  open: async ({ threads, setting }) => {
    const { default: create } = (await import(packageFile("pica/dist/pica.mjs"))) as {
      default: (options: object) => Pica;
    };
    const features = setting === CANVASES ? ["js", "wasm", "ww"] : ["js", "wasm"];
    const pica = await create({ features, concurrency: threads, idle: 600_000 }).init();
    return async ([step], { data, width, height }) => {
      if (step?.kind !== "resize") throw new Error("pica resizes");
      const [toWidth, toHeight] = [step.width, step.height];
      if (setting !== CANVASES) {
        const bytes = await pica.resizeBuffer({ src: data, width, height, toWidth, toHeight, filter: "lanczos3" });
        return { data: new Uint8ClampedArray(bytes.buffer), width: toWidth, height: toHeight };
      }
      const [from, to] = [new OffscreenCanvas(width, height), new OffscreenCanvas(toWidth, toHeight)];
      from.getContext("2d", { willReadFrequently: true })?.putImageData(new ImageData(data, width, height), 0, 0);
      await pica.resize(from, to, { filter: "lanczos3" });
      const result = to.getContext("2d")?.getImageData(0, 0, toWidth, toHeight);
      if (!result) throw new Error("the canvas has no context");
      return { data: result.data, width: toWidth, height: toHeight };
    };
  },
};
