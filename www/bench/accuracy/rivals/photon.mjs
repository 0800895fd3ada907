/** photon. Most of its filters have no parameters: it is asked where those of a case are what it does. */
import { load } from "../../peers/photon.ts";

const RESIZES = { nearest: 1, bilinear: 2, bicubic: 3, lanczos3: 5 };
const KERNELS = {
  sharpen: "0,-1,0,-1,5,-1,0,-1,0",
};

function run(photon, op, p, { data, width, height }) {
  const image = new photon.PhotonImage(new Uint8Array(data.buffer), width, height);
  const done = (result = image) => {
    const bytes = result.get_raw_pixels();
    const made = { data: new Uint8ClampedArray(bytes), width: result.get_width(), height: result.get_height() };
    if (result !== image) result.free();
    image.free();
    return made;
  };
  const change = (name, ...rest) => {
    if (!photon[name]) return undefined;
    photon[name](image, ...rest);
    return done();
  };
  // What a trap has hold of cannot be freed.
  switch (op) {
    case "invert":
      return p.amount >= 1 ? change("invert") : undefined;
    case "sepia":
      return p.amount >= 1 ? change("sepia") : undefined;
    case "gray":
      return change("grayscale_human_corrected");
    case "threshold":
      return change("threshold", p.t);
    case "solarize":
      return p.threshold === 128 ? change("solarize") : undefined;
    case "autoContrast":
      return p.low === 0 && p.high === 0 ? change("normalize") : undefined;
    case "gamma":
      return change("gamma_correction", p.gamma, p.gamma, p.gamma);
    case "gaussianBlur":
      return p.border === "clamp" && p.space !== "linear" && p.sigma >= 1
        ? change("gaussian_blur", Math.round(p.sigma))
        : undefined;
    case "boxBlur":
      return p.radius === 1 && p.border === "clamp" ? change("box_blur") : undefined;
    case "convolve":
      return [...p.kernel].join() === KERNELS.sharpen && p.border === "clamp" && p.bias === 0
        ? change("sharpen")
        : undefined;
    case "sobel":
      if (p.border !== "clamp" || p.scale !== 1) return undefined;
      return { x: () => change("sobel_horizontal"), y: () => change("sobel_vertical"), l2: () => global() }[p.mode]?.();
    case "emboss":
      return undefined;
    case "pixelate":
      return p.size > 1 && photon.pixelize ? change("pixelize", p.size) : undefined;
    case "flipH":
      return change("fliph");
    case "flipV":
      return change("flipv");
    case "rotate":
      return p.interp === "bilinear" && p.expand && photon.rotate ? done(photon.rotate(image, p.degrees)) : undefined;
    case "crop":
      return done(photon.crop(image, p.x, p.y, p.x + p.width, p.y + p.height));
    case "resize": {
      const filter = RESIZES[p.filter];
      if (filter === undefined || p.space === "linear") return undefined;
      return done(photon.resize(image, p.width, p.height, filter));
    }
    default:
      return undefined;
  }

  function global() {
    return photon.sobel_global ? change("sobel_global") : undefined;
  }
}

export const photon = {
  name: "photon",
  package: "@silvia-odwyer/photon",
  text: "`invert`, `sepia`, `grayscale_human_corrected`, `threshold`, `solarize`, `normalize`, `gamma_correction`, `gaussian_blur`, `box_blur`, `sharpen`, `sobel_…`, `fliph`, `flipv`, `crop`, `resize`, where the parameters of a case are the ones that it has built in. A filter that traps ends the module, which is opened again.",
  async open() {
    let opened = await load();
    return async (op, p, picture) => {
      try {
        return run(opened, op, p, picture);
      } catch (error) {
        // After a trap its memory is not to be trusted.
        opened = await load();
        throw error;
      }
    };
  },
};
