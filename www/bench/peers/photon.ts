/** photon: filters in WebAssembly, without SIMD and threads; a Gaussian blur by three boxes and Lanczos are what it shares with us. */
import { onPageOrInWorkers, packageFile, type Rival } from "./contestant.js";
import type { Step } from "./work.js";

interface PhotonImage {
  get_raw_pixels(): Uint8Array<ArrayBuffer>;
  get_width(): number;
  get_height(): number;
  free(): void;
}

interface Photon {
  PhotonImage: new (pixels: Uint8Array, width: number, height: number) => PhotonImage;
  gaussian_blur(image: PhotonImage, radius: number): void;
  sharpen(image: PhotonImage): void;
  resize(image: PhotonImage, width: number, height: number, filter: number): PhotonImage;
  setWasm(exports: WebAssembly.Exports): void;
}

const LANCZOS = 5;
const known: readonly Step["kind"][] = ["gaussianBlur", "convolve", "resize"];

export const photon: Rival = {
  name: "photon",
  ways: (steps, threads) => (steps.every(({ kind }) => known.includes(kind)) ? onPageOrInWorkers(threads) : []),
  open: async () => {
    const photon = await load();
    return (steps, { data, width, height }) => {
      let image = new photon.PhotonImage(new Uint8Array(data.buffer), width, height);
      for (const step of steps) {
        if (step.kind === "gaussianBlur") photon.gaussian_blur(image, step.sigma);
        else if (step.kind === "convolve") photon.sharpen(image);
        else if (step.kind === "resize") {
          const smaller = photon.resize(image, step.width, step.height, LANCZOS);
          image.free();
          image = smaller;
        }
      }
      const bytes = image.get_raw_pixels();
      const result = {
        data: new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        width: image.get_width(),
        height: image.get_height(),
      };
      image.free();
      return result;
    };
  },
};

export async function load(): Promise<Photon> {
  // Its module is written for bundlers: scripts/peers.mjs makes one of it that a browser takes.
  const address = new URL("/target/peers/photon.js", location.origin).href;
  const photon = (await import(address)) as Photon;
  const wasm = fetch(packageFile("@silvia-odwyer/photon/photon_rs_bg.wasm"));
  const imports = { "./photon_rs_bg.js": photon as unknown as WebAssembly.ModuleImports };
  photon.setWasm((await WebAssembly.instantiateStreaming(wasm, imports)).instance.exports);
  return photon;
}
