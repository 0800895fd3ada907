/** How others take a file to a file: the browser's own canvas, and wasm-vips. */
import type { Way } from "../contestant.js";
import { load } from "../vips.js";
import type { Job } from "./jobs.js";

export type FileKernel = (job: Job, file: Blob) => Promise<Blob>;

/** All of them work in workers. */
export interface FileRival {
  name: string;
  ways: (threads: number) => readonly Way[];
  /** In a worker. */
  open: (way: Way) => Promise<FileKernel>;
}

const READ = "willReadFrequently";

const canvas: FileRival = {
  name: "canvas",
  ways: (threads) => [
    { name: `in ${threads} workers`, workers: threads, threads: 1 },
    { name: `in ${threads} workers, ${READ}`, workers: threads, threads: 1, setting: READ },
  ],
  open: ({ setting }) => {
    // A worker has several files under way: each takes a canvas that is free.
    const free: OffscreenCanvasRenderingContext2D[] = [];
    const make = () => {
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: setting === READ });
      if (!context) throw new Error("the canvas has no context");
      return context;
    };
    return Promise.resolve(async ({ step, output }, file) => {
      const bitmap = await createImageBitmap(file);
      const context = free.pop() ?? make();
      const [width, height] = step.kind === "resize" ? [step.width, step.height] : [bitmap.width, bitmap.height];
      if (context.canvas.width !== width) context.canvas.width = width;
      if (context.canvas.height !== height) context.canvas.height = height;
      context.globalCompositeOperation = "copy";
      context.imageSmoothingQuality = "high";
      context.filter = step.kind === "gaussianBlur" ? `blur(${step.sigma}px)` : "none";
      context.drawImage(bitmap, 0, 0, width, height);
      bitmap.close();
      const made = await context.canvas.convertToBlob(output);
      free.push(context);
      return made;
    });
  },
};

/** The definition's kernel ends at three standard deviations. */
const SMALLEST = Math.exp(-4.5);

const vips: FileRival = {
  name: "wasm-vips",
  ways: (threads) => [
    { name: `in ${threads} workers with one thread each`, workers: threads, threads: 1 },
    { name: `in a worker, ${threads} threads of its own`, workers: 1, threads },
  ],
  open: async ({ threads }) => {
    const { Image } = await load(threads);
    return async ({ step, output }, file) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const images = [
        step.kind === "resize"
          ? Image.thumbnailBuffer(bytes, step.width, { height: step.height, size: "force" })
          : Image.newFromBuffer(bytes, "", { access: "sequential" }),
      ];
      if (step.kind === "gaussianBlur") {
        images.push(images[0]!.gaussblur(step.sigma, { min_ampl: SMALLEST, precision: "integer" }));
      }
      const result = images.at(-1)!;
      const made =
        output.type === "image/png"
          ? result.writeToBuffer(".png")
          : result.writeToBuffer(".jpg", { Q: Math.round(output.quality * 100) });
      for (const image of images) image.delete();
      return new Blob([made], { type: output.type });
    };
  },
};

export const fileRivals: readonly FileRival[] = [canvas, vips];
