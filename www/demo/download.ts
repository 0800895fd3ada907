/** Saving results: each is made again at full size from its file and the chain of the run. */
import { downloadZip } from "client-zip";
import type { FilterInput, Output, Pool } from "pixelpool";
import { save } from "./dom.js";
import { splitName, type Photo } from "./samples.js";

type Encoding = Exclude<Output, string>;

const endings: Readonly<Record<Encoding["type"], string>> = {
  "image/jpeg": ".jpg",
  "image/webp": ".webp",
  "image/png": ".png",
};

/** JPEG and WebP stay what they are; everything else becomes PNG, which loses nothing. */
function encodingFor({ blob }: Photo): Encoding {
  if (blob.type === "image/jpeg" || blob.type === "image/webp") return { type: blob.type, quality: 0.9 };
  return { type: "image/png" };
}

function resultName(photo: Photo, type: Encoding["type"]): string {
  return `${splitName(photo.name)[0]}-filtered${endings[type]}`;
}

export async function saveOne(pool: Pool, chain: FilterInput, photo: Photo): Promise<void> {
  const encoding = encodingFor(photo);
  const image = await pool.apply(chain, photo.blob, undefined, { output: encoding });
  if (image instanceof Blob) save(image, resultName(photo, encoding.type));
}

/** One ZIP of all results. They stream into it one by one, so only the encoded files are ever held. */
export async function saveAll(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
  onDone: (done: number) => void,
): Promise<void> {
  const zip = await downloadZip(encoded(pool, chain, photos, signal, onDone)).blob();
  signal.throwIfAborted();
  save(zip, "pixelpool.zip");
}

async function* encoded(
  pool: Pool,
  chain: FilterInput,
  photos: readonly Photo[],
  signal: AbortSignal,
  onDone: (done: number) => void,
): AsyncGenerator<{ name: string; input: Blob; lastModified: Date }> {
  const lastModified = new Date();
  const taken = new Set<string>();
  let done = 0;
  // A call has one output, so photos that keep the same format go together.
  const groups = new Map<Encoding["type"], Photo[]>();
  for (const photo of photos) {
    const { type } = encodingFor(photo);
    groups.set(type, [...(groups.get(type) ?? []), photo]);
  }
  for (const [type, group] of groups) {
    const items = group.map((photo) => [resultName(photo, type), photo.blob] as const);
    const output = encodingFor(group[0] as Photo);
    for await (const outcome of pool.imap(chain, items, { signal, output })) {
      onDone(++done);
      if (outcome.status === "rejected" || !(outcome.image instanceof Blob)) continue;
      yield { name: uniqueName(outcome.id, taken), input: outcome.image, lastModified };
    }
  }
}

function uniqueName(name: string, taken: Set<string>): string {
  const [stem, ending] = splitName(name);
  let unique = name;
  for (let n = 2; taken.has(unique); n++) unique = `${stem} (${n})${ending}`;
  taken.add(unique);
  return unique;
}
