/**
 * Small pictures of measurements as SVG: lines, and bars. The colours are those that can be read on white and on black, since
 * a picture in a document does not know which of them it lies on.
 */

export interface Line {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  title: string;
  /** What the axes show, with its unit. */
  x: string;
  y: string;
  /** Where the horizontal axis has its numbers; else at round ones. */
  xTicks?: readonly number[];
  lines: readonly Line[];
}

export interface BarChart {
  title: string;
  /** What the length of a bar is, with its unit. */
  x: string;
  /** What each bar of a group stands for. */
  series: readonly string[];
  groups: readonly { name: string; values: readonly number[] }[];
  /** Longer bars end here and have their number beside them, so that one of them does not flatten all others. */
  cut?: number;
}

const INK = "#7d8590";
const COLOURS = ["#2f81f7", "#d9822b", "#3fa45b", "#b65fcf", "#d1495b", "#1d9aa8"];
/** Told apart without colours too. */
const DASHES = ["", "7 3", "2 3", "10 3 2 3", "4 2", "1 2"];
const FONT = 'font-family="system-ui, \'Segoe UI\', Helvetica, Arial, sans-serif" font-size="12"';
const WIDTH = 760;
const [TOP, RIGHT, BOTTOM] = [34, 18, 44];
const LEGEND_ROW = 18;

/** Lines over a common pair of axes that both begin at 0. */
export function lineChart({ title, x, y, xTicks, lines }: LineChart): string {
  const left = 64;
  const bottom = BOTTOM + lines.length * LEGEND_ROW;
  const [width, height] = [WIDTH - left - RIGHT, 250];
  const points = lines.flatMap((line) => line.points);
  const xs = xTicks ?? ticks(Math.max(...points.map(([x]) => x)), 8);
  const ys = ticks(Math.max(...points.map(([, y]) => y)), 6);
  const [xEnd, yEnd] = [Math.max(...points.map(([x]) => x), 1e-9), ys.at(-1) ?? 1];
  const across = (value: number) => left + (value / xEnd) * width;
  const down = (value: number) => TOP + height - (value / yEnd) * height;
  const base = TOP + height;
  const body = [
    ...ys.map((value) => rule(left, down(value), left + width, down(value), value === 0 ? 1 : 0.25)),
    ...ys.map((value) => label(left - 8, down(value) + 4, number(value), "end")),
    ...xs.filter((value) => value <= xEnd).map((value) => label(across(value), base + 16, number(value), "middle")),
    label(left + width / 2, base + 34, x, "middle"),
    `<text x="16" y="${TOP + height / 2}" text-anchor="middle" transform="rotate(-90 16 ${TOP + height / 2})">${escaped(y)}</text>`,
    ...lines.map((line, index) => {
      const path = line.points.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(" ");
      return `<polyline points="${path}" ${stroke(index)}/>`;
    }),
    ...lines.map(({ name }, index) => {
      const at = base + BOTTOM + 8 + index * LEGEND_ROW;
      return `<line x1="${left}" y1="${at}" x2="${left + 34}" y2="${at}" ${stroke(index)}/>${label(left + 42, at + 4, name, "start")}`;
    }),
  ];
  return picture(title, TOP + height + bottom, body);
}

/** Groups of horizontal bars. */
export function barChart({ title, x, series, groups, cut = Infinity }: BarChart): string {
  const left = Math.max(132, 16 + 6.2 * Math.max(...groups.map(({ name }) => name.length)));
  const bar = 8;
  const gap = 8;
  const width = WIDTH - left - RIGHT - 44;
  const group = series.length * bar + gap;
  const height = groups.length * group;
  const xs = ticks(Math.min(cut, Math.max(...groups.flatMap(({ values }) => [...values]))), 8);
  const across = (value: number) => left + (value / (xs.at(-1) ?? 1)) * width;
  const base = TOP + height;
  const body = [
    ...xs.map((value) => rule(across(value), TOP, across(value), base, value === 0 ? 1 : 0.25)),
    ...xs.map((value) => label(across(value), base + 16, number(value), "middle")),
    label(left + width / 2, base + 34, x, "middle"),
    ...groups.flatMap(({ name, values }, row) => {
      const top = TOP + row * group + gap / 2;
      return [
        label(left - 8, top + (series.length * bar) / 2 + 4, name, "end"),
        ...values.map((value, index) => {
          const y = top + index * bar;
          const length = Math.max(across(Math.min(value, xs.at(-1) ?? value)) - left, 0.5).toFixed(1);
          const beside = value > cut ? label(left + width + 4, y + bar, number(Math.round(value)), "start", bar) : "";
          return `<rect x="${left}" y="${y}" width="${length}" height="${bar - 1}" fill="${colour(index)}"/>${beside}`;
        }),
      ];
    }),
    ...series.map((name, index) => {
      const at = base + BOTTOM + index * LEGEND_ROW;
      return `<rect x="${left}" y="${at}" width="34" height="${bar}" fill="${colour(index)}"/>${label(left + 42, at + 8, name, "start")}`;
    }),
  ];
  return picture(title, base + BOTTOM + series.length * LEGEND_ROW, body);
}

function picture(title: string, height: number, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" ${FONT} fill="${INK}">
<title>${escaped(title)}</title>
<text x="16" y="20" font-size="14" font-weight="600">${escaped(title)}</text>
${body.join("\n")}
</svg>
`;
}

/** Round numbers from 0 to the first at or above `end`, about so many of them. */
function ticks(end: number, wanted: number): number[] {
  const rough = Math.max(end, 1e-9) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough;
  return Array.from({ length: Math.ceil(end / step) + 1 }, (_, index) => index * step);
}

const colour = (index: number) => COLOURS[index % COLOURS.length] ?? INK;

function stroke(index: number): string {
  // Where colours come again, they come with other dashes.
  const dash = DASHES[(index + Math.floor(index / COLOURS.length)) % DASHES.length] ?? "";
  return `fill="none" stroke="${colour(index)}" stroke-width="1.75"${dash && ` stroke-dasharray="${dash}"`}`;
}

function rule(x1: number, y1: number, x2: number, y2: number, opacity: number): string {
  const [from, to] = [`x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}"`, `x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"`];
  return `<line ${from} ${to} stroke="${INK}" stroke-opacity="${opacity}"/>`;
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end", size?: number): string {
  const small = size === undefined ? "" : ` font-size="${size}"`;
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${small}>${escaped(text)}</text>`;
}

const number = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 2 });

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
