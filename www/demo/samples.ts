/** The sample photos that the page ships, and batches made of them. */

/** One picture to be filtered. */
export interface Photo {
  readonly name: string;
  readonly blob: Blob;
}

const urls = import.meta.glob<string>("./samples/*.{jpg,webp,png}", {
  eager: true,
  query: "?url&no-inline",
  import: "default",
});

/** In the order that shows most variety first; sources and licences are in `samples/LICENSES.md`. */
const order = [
  "macaws.jpg",
  "temple.jpg",
  "nasa.jpg",
  "shutters.jpg",
  "landscape-turned.jpg",
  "red-door.jpg",
  "statue.webp",
  "robin.jpg",
  "transparency.png",
  "portrait-turned.jpg",
  "zebra.jpg",
  "elephant.jpg",
];

let fetched: Promise<Photo[]> | undefined;

async function fetchSample(name: string): Promise<Photo> {
  const url = urls[`./samples/${name}`];
  if (url === undefined) throw new Error(`There is no sample ${name}`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The sample ${name} could not be loaded (HTTP ${response.status})`);
  return { name, blob: await response.blob() };
}

let first: Promise<Photo> | undefined;

/** The one that filters are shown on. */
export async function samplePhoto(): Promise<Blob> {
  first ??= fetchSample("macaws.jpg");
  try {
    return (await first).blob;
  } catch (error) {
    first = undefined; // so that the next try fetches again
    throw error;
  }
}

/** A file that calls itself a JPEG and is not one. */
function brokenPhoto(): Photo {
  const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 197 + 89) % 251);
  return { name: "broken.jpg", blob: new Blob([noise], { type: "image/jpeg" }) };
}

/** `total` photos, the samples over and over; with `broken`, one in the middle is replaced by a file that cannot be read. */
export async function samplePhotos(total: number, broken: boolean): Promise<Photo[]> {
  fetched ??= Promise.all(order.map(fetchSample));
  let samples: Photo[];
  try {
    samples = await fetched;
  } catch (error) {
    fetched = undefined; // so that the next try fetches again
    throw error;
  }
  const photos = Array.from({ length: total }, (_, i) => {
    const sample = samples[i % samples.length] as Photo;
    const round = Math.floor(i / samples.length);
    const [stem, ending] = splitName(sample.name);
    return round === 0 ? sample : { name: `${stem}-${round + 1}${ending}`, blob: sample.blob };
  });
  if (broken) photos[Math.floor(total / 2)] = brokenPhoto();
  return photos;
}

/** `["photo", ".jpg"]` */
export function splitName(name: string): [stem: string, ending: string] {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
}
