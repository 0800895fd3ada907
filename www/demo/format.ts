/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en");
const oneDigit = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Three significant figures or so: 0.42, 7.3, 128. */
export function rate(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value < 1) return value.toFixed(2);
  return value < 100 ? oneDigit.format(value) : whole.format(Math.round(value));
}

export function duration(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? oneDigit.format(ms) : whole.format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${oneDigit.format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Bytes as systems count memory: 1024 to the next unit. */
export function megabytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  if (value < 1024) return `${value > 0 && value < 10 ? oneDigit.format(value) : whole.format(Math.round(value))} MB`;
  const giga = value / 1024;
  return `${Number.isInteger(giga) ? whole.format(giga) : oneDigit.format(giga)} GB`;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const count = (n: number, one: string, many = `${one}s`): string => `${whole.format(n)} ${n === 1 ? one : many}`;
