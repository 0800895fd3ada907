/** The page's side of `npm run contact-sheet`: one photo through every filter, by the package, and a sheet for each group. */
import type * as Pixelpool from "../../src/index.js";
import type { FilterInfo, FilterSpec, Pool } from "../../src/index.js";
import { candidates, isTelling } from "../../demo/telling.js";
import { drawMark } from "../../demo/mark.js";

const pixelpool = (globalThis as unknown as { pixelpool: typeof Pixelpool }).pixelpool;

const COLUMNS = 5;
const [WIDTH, HEIGHT] = [176, 117];
const GAP = 8;
const TEXT = 36;
const FONT = "system-ui, 'DejaVu Sans', sans-serif";

interface Shown {
  name: string;
  note: string;
  image: ImageData;
}

function context(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const made = canvas.getContext("2d");
  if (!made) throw new Error("there is no canvas");
  return made;
}

/** The middle of a photo, as large as a cell. */
async function photoOf(address: string): Promise<ImageData> {
  const bitmap = await createImageBitmap(await (await fetch(address)).blob());
  const scale = Math.min(bitmap.width / WIDTH, bitmap.height / HEIGHT);
  const [width, height] = [WIDTH * scale, HEIGHT * scale];
  const made = context(WIDTH, HEIGHT);
  made.imageSmoothingQuality = "high";
  const [x, y] = [(bitmap.width - width) / 2, (bitmap.height - height) / 2];
  made.drawImage(bitmap, x, y, width, height, 0, 0, WIDTH, HEIGHT);
  return made.getImageData(0, 0, WIDTH, HEIGHT);
}

/** The parameters that are not of the definition, in words: long lists, texts and pictures by their names alone. */
function noteOf(spec: FilterSpec): string {
  const said = Object.entries(spec).map(([name, value]: [string, unknown]) => {
    const isShort = typeof value !== "object" || (Array.isArray(value) && value.length <= 4);
    const text = isShort
      ? JSON.stringify(value)
          .replace(/[[\]"]/g, "")
          .replaceAll(",", ", ")
      : "";
    return text === "" || text.length > 16 ? name : `${name} ${text}`;
  });
  return said.slice(1).join(", ");
}

async function shown(pool: Pool, info: FilterInfo, photo: ImageData): Promise<Shown & { isTelling: boolean }> {
  let first: Shown | undefined;
  for (const chain of candidates(info, photo, drawMark())) {
    try {
      const { data, width, height } = await pool.apply(chain, photo);
      const image = new ImageData(new Uint8ClampedArray(data), width, height);
      const last = chain.at(-1);
      const cell = { name: info.name, note: last ? noteOf(last) : "", image };
      if (isTelling(photo, image)) return { ...cell, isTelling: true };
      first ??= cell;
    } catch {
      continue; // not allowed together, or not of this picture
    }
  }
  return { ...(first ?? { name: info.name, note: "", image: photo }), isTelling: false };
}

/** As much of a text as there is room for. */
function fitted(made: CanvasRenderingContext2D, text: string, room: number): string {
  if (made.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 0 && made.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

function sheetOf(cells: readonly Shown[]): HTMLCanvasElement {
  const rows = Math.ceil(cells.length / COLUMNS);
  const made = context(GAP + COLUMNS * (WIDTH + GAP), GAP + rows * (HEIGHT + TEXT + GAP));
  made.fillStyle = "#ffffff";
  made.fillRect(0, 0, made.canvas.width, made.canvas.height);
  cells.forEach(({ name, note, image }, index) => {
    const left = GAP + (index % COLUMNS) * (WIDTH + GAP);
    const top = GAP + Math.floor(index / COLUMNS) * (HEIGHT + TEXT + GAP);
    // What is larger is made smaller; what is smaller shows its size.
    const scale = Math.min(1, WIDTH / image.width, HEIGHT / image.height);
    const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
    const [x, y] = [left + ((WIDTH - width) >> 1), top + ((HEIGHT - height) >> 1)];
    made.fillStyle = "#f0f0f0";
    made.fillRect(left, top, WIDTH, HEIGHT);
    const cell = context(image.width, image.height);
    cell.putImageData(image, 0, 0);
    made.fillStyle = "#ffffff";
    made.fillRect(x, y, width, height);
    made.fillStyle = "#c4c4c4";
    // Squares behind what is transparent.
    for (let v = 0; v < height; v += 8) {
      for (let u = v % 16; u < width; u += 16)
        made.fillRect(x + u, y + v, Math.min(8, width - u), Math.min(8, height - v));
    }
    made.imageSmoothingQuality = "high";
    made.drawImage(cell.canvas, x, y, width, height);
    made.fillStyle = "#1a1a1a";
    made.font = `600 13px ${FONT}`;
    made.fillText(fitted(made, name, WIDTH), left, top + HEIGHT + 15);
    made.fillStyle = "#666666";
    made.font = `11px ${FONT}`;
    made.fillText(fitted(made, note, WIDTH), left, top + HEIGHT + 30);
  });
  return made.canvas;
}

async function encoded(canvas: HTMLCanvasElement, type: string, quality: number): Promise<string> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? []);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

const sheets = new Map<string, HTMLCanvasElement>();

const contactSheet = {
  /** Makes all sheets; says of which filters the picture tells nothing. */
  async make(address: string): Promise<{ groups: string[]; silent: string[] }> {
    const photo = await photoOf(address);
    const pool = await pixelpool.createPool({ threads: 2 });
    const silent: string[] = [];
    for (const category of new Set(pixelpool.filters.map((info) => info.category))) {
      const cells: Shown[] = [{ name: "the photo", note: "", image: photo }];
      for (const info of pixelpool.filters.filter((info) => info.category === category)) {
        const cell = await shown(pool, info, photo);
        if (!cell.isTelling) silent.push(info.name);
        cells.push(cell);
      }
      sheets.set(category, sheetOf(cells));
    }
    await pool.close();
    return { groups: [...sheets.keys()], silent };
  },

  /** A sheet as a file, in base64. */
  file(group: string, type: string, quality: number): Promise<string> {
    const sheet = sheets.get(group);
    if (!sheet) throw new Error(`there is no group ${group}`);
    return encoded(sheet, type, quality);
  },
};

export type ContactSheet = typeof contactSheet;
Object.assign(globalThis, { contactSheet });
