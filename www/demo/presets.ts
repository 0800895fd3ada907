/** Examples to begin with, of filters whose parameters are hard to think of. The only file of the page that names a filter. */
export interface Preset {
  readonly title: string;
  /** Texts of parameters; those that have none are empty. */
  readonly texts: Readonly<Record<string, string>>;
}

const edges = "abs(luma(1, 0) - luma(-1, 0)) + abs(luma(0, 1) - luma(0, -1))";
const split = (shade: string, light: string, channel: string) =>
  `mix(${channel} * ${shade}, ${channel} * ${light}, luma)`;

const presets: Readonly<Record<string, readonly Preset[]>> = {
  formula: [
    { title: "Three small formulas", texts: { r: "r * 1.2", g: "mix(g, luma, 0.3)", b: "b + 0.1 * sin(x / 20)" } },
    { title: "Split tone", texts: { r: split("0.8", "1.15", "r"), b: split("1.3", "0.8", "b") } },
    {
      title: "Scan lines",
      texts: {
        r: "r * shade",
        g: "g * shade",
        b: "b * shade",
        let: "shade = y % 4 < 2 ? 1 : 1 - 0.5 * intensity;",
      },
    },
    {
      title: "Wave of colour",
      texts: {
        r: "r + 0.25 * sin(turn)",
        g: "g + 0.25 * sin(turn + 2)",
        b: "b + 0.25 * sin(turn + 4)",
        let: "turn = 8 * u + 3 * sin(5 * v);",
      },
    },
    { title: "Edges", texts: { r: edges, g: edges, b: edges } },
    {
      title: "Spotlight",
      texts: {
        r: "r * light",
        g: "g * light",
        b: "b * light",
        let: "light = smoothstep(0.75, 0.2, hypot((u - 0.5) * width / height, v - 0.5));",
      },
    },
  ],
};

export function presetsOf(filter: string): readonly Preset[] {
  return presets[filter] ?? [];
}
