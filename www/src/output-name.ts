/** What files are called that are made of other files. */

/** What the names of files end with, by type: first what they get. */
export const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  "image/jpeg": ["jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp"],
  "image/png": ["png", "apng"],
  "image/webp": ["webp"],
  "image/gif": ["gif"],
  "image/bmp": ["bmp", "dib"],
  "image/x-icon": ["ico", "cur"],
  "image/avif": ["avif", "avifs"],
  "image/heic": ["heic", "heif", "hif"],
  "image/jxl": ["jxl"],
  "image/tiff": ["tif", "tiff"],
  "image/svg+xml": ["svg"],
};

/**
 * The name of a file of this type that was made of a file of that name: with the ending of the type in the place of that of another
 * type of pictures. An ending of the right type stays as it is, and what is no ending of a picture belongs to the name.
 */
export function outputName(name: string, type: string): string {
  const own = ENDINGS[type] ?? [type.replace(/^.*\/(x-)?|\+.*$/g, "")];
  const [, before = name, ending = ""] = /^(.+)\.(\w+)$/s.exec(name) ?? [];
  const isOneOf = (endings: readonly string[]) => endings.includes(ending.toLowerCase());
  if (isOneOf(own)) return name;
  return `${Object.values(ENDINGS).some(isOneOf) ? before : name}.${own[0]}`;
}
