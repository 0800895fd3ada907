/** Every parameter of every filter: what it takes, and what it refuses in which words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorDetails } from "../../src/errors.js";
import { filters } from "../../src/generated/filters.js";
import type { Step } from "../../src/protocol.js";
import type { FilterInfo, NumberParameter, NumbersParameter, ParameterInfo } from "../../src/filter-info.js";
import { checkChain } from "../../src/validate.js";
import { exampleOf, requiredOf } from "../required.js";
import { detailsOf, thrown } from "./mistakes.js";

type Values = Readonly<Record<string, unknown>>;

/** How long a list must be beside these values. */
function lengthOf(info: FilterInfo, { length }: NumbersParameter, values: Values): number {
  if (typeof length === "number") return length;
  const valueOf = (name: string) => {
    const other = info.parameters.find((parameter) => parameter.name === name) as NumberParameter;
    const value = values[name];
    // A wrong factor is refused before the list is looked at.
    return Number.isSafeInteger(value) ? Math.max(1, Number(value)) : (other.default ?? 1);
  };
  if ("groups" in length) return length.groups * length.least;
  return "triples" in length ? 3 * valueOf(length.triples) ** 3 : valueOf(length[0]) * valueOf(length[1]);
}

/** The filter with these values, and what it requires beside them. */
function specOf(info: FilterInfo, values: Values = {}): Step {
  const given = info.parameters.find(({ name, type }) => type === "numbers" && name in values);
  const required = requiredOf(info, given).map(([name, example]): [string, unknown] => {
    const parameter = info.parameters.find((one) => one.name === name);
    if (parameter?.type !== "numbers") return [name, example];
    const list = example as readonly number[];
    return [name, Array.from({ length: lengthOf(info, parameter, values) }, (_, i) => list[i % list.length])];
  });
  return { kind: info.name, ...Object.fromEntries(required), ...values };
}

function accepts(info: FilterInfo, values: Values): void {
  const spec = specOf(info, values);
  assert.deepEqual(checkChain(spec), [asSent(spec)]);
}

/** The same step with its lists as they are sent. */
function asSent(step: Step): Step {
  const sent = (value: unknown) => (Array.isArray(value) ? Float64Array.from(value as number[]) : value);
  return Object.fromEntries(Object.entries(step).map(([name, value]) => [name, sent(value)])) as Step;
}

/** Refused with this class, and an error that names the filter and the parameter. Gives its message. */
function refuses(
  info: FilterInfo,
  parameter: ParameterInfo,
  value: unknown,
  kind: "TypeError" | "RangeError",
  beside: Values = {},
): string {
  const spec = specOf(info, { ...beside, [parameter.name]: value });
  const details: ErrorDetails = { code: "invalid-parameter", filter: info.name, parameter: parameter.name };
  const error = thrown(() => checkChain(spec));
  const what = `${info.name}.${parameter.name} = ${String(value)}`;
  assert.equal(error.name, kind, what);
  assert.deepEqual(detailsOf(error), details, what);
  assert.ok(error.message.startsWith(`${info.name}: ${parameter.name} `), error.message);
  return error.message;
}

/** What no parameter of the type accepts. */
function wrongTypes(type: ParameterInfo["type"]): unknown[] {
  const samples: [string, unknown][] = [
    ["number", 1],
    ["boolean", true],
    ["choice", "1"],
    ["text", "1"],
    ["null", null],
    ["object", {}],
    ["numbers", [1, 2]],
    ["strings", ["1"]],
    ["function", () => 1],
    ["bigint", 1n],
    ["symbol", Symbol("1")],
  ];
  const isText = (name: string) => name === "choice" || name === "text";
  return samples.filter(([name]) => name !== type && !(isText(name) && isText(type))).map(([, value]) => value);
}

describe("every filter", () => {
  for (const info of filters) {
    const required = info.parameters.filter((parameter) => "required" in parameter && parameter.required);

    describe(info.name, () => {
      if (required.length === 0) {
        it("is accepted by its name alone", () => {
          assert.deepEqual(checkChain(info.name), [{ kind: info.name }]);
          assert.deepEqual(checkChain({ kind: info.name }), [{ kind: info.name }]);
        });
      } else {
        it("is refused without what it requires", () => {
          for (const { name } of required) {
            const without = Object.entries(specOf(info)).filter(([other]) => other !== name);
            const error = thrown(() => checkChain(Object.fromEntries(without)));
            assert.ok(error instanceof TypeError);
            assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter: info.name, parameter: name });
            assert.ok(error.message.startsWith(`${info.name}: ${name} is required: a`), error.message);
          }
        });
      }

      it("accepts its defaults and examples", () => {
        const values = info.parameters.flatMap((parameter): [string, unknown][] => {
          if (parameter.type === "numbers")
            return [...requiredOf(info, parameter), [parameter.name, [...parameter.example]]];
          const value = ("default" in parameter ? parameter.default : undefined) ?? exampleOf(parameter);
          return value === undefined ? [] : [[parameter.name, value]];
        });
        accepts(info, Object.fromEntries(values));
      });

      it("takes an undefined value as if it were left out", () => {
        const spec = specOf(info);
        const names = info.parameters.map(({ name }) => name).filter((name) => !(name in spec));
        const given = { ...spec, ...Object.fromEntries(names.map((name) => [name, undefined])), nonsense: undefined };
        assert.deepEqual(checkChain(given), [asSent(spec)]);
        for (const step of checkChain(given)) assert.deepEqual(Object.keys(step), Object.keys(spec));
      });

      it("refuses a name that it does not know, and tells those that it knows", () => {
        const error = thrown(() => checkChain(specOf(info, { nonsense: 1 })));
        assert.ok(error instanceof TypeError);
        assert.deepEqual(detailsOf(error), { code: "invalid-parameter", filter: info.name, parameter: "nonsense" });
        assert.ok(error.message.startsWith(`${info.name}: nonsense `));
        for (const { name } of info.parameters) assert.ok(error.message.includes(name), error.message);
      });

      it("has an intensity that is a parameter of its own and a number", () => {
        if (info.intensity === null) return;
        const parameter = info.parameters.find(({ name }) => name === info.intensity);
        assert.equal(parameter?.type, "number");
      });

      for (const parameter of info.parameters) {
        it(`refuses a wrong type for ${parameter.name}`, () => {
          for (const value of wrongTypes(parameter.type)) {
            const message = refuses(info, parameter, value, "TypeError");
            assert.ok(message.includes(`, got `), message);
          }
        });
        if (parameter.type === "number") numberTests(info, parameter);
        if (parameter.type === "numbers") numbersTests(info, parameter);
        if (parameter.type === "boolean") {
          it(`accepts true and false for ${parameter.name}`, () => {
            for (const value of [true, false]) accepts(info, { [parameter.name]: value });
          });
        }
        if (parameter.type === "choice") {
          it(`accepts each choice of ${parameter.name} and no other`, () => {
            for (const value of parameter.choices) accepts(info, { [parameter.name]: value });
            assert.ok(parameter.choices.includes(parameter.default));
            for (const value of ["", "nonsense", parameter.default.toUpperCase(), `${parameter.default} `]) {
              const message = refuses(info, parameter, value, "TypeError");
              for (const choice of parameter.choices) assert.ok(message.includes(`"${choice}"`), message);
            }
          });
        }
      }
    });
  }
});

function numberTests(info: FilterInfo, parameter: NumberParameter): void {
  const { name, minimum, maximum, exclusiveMinimum = false, integer = false, odd = false, nonZero = false } = parameter;
  const step = odd ? 2 : 1;
  const [above, below] = integer
    ? [(bound: number) => bound + step, (bound: number) => bound - step]
    : [nextUp, (bound: number) => -nextUp(-bound)];

  it(`accepts the ends of ${name}`, () => {
    if (minimum !== undefined) accepts(info, { [name]: exclusiveMinimum ? above(minimum) : minimum });
    else accepts(info, { [name]: -Number.MAX_VALUE });
    accepts(info, { [name]: maximum ?? Number.MAX_VALUE });
    for (const end of [parameter.softMinimum, parameter.softMaximum]) accepts(info, { [name]: end });
  });

  it(`refuses what is just outside of ${name}, and tells its range`, () => {
    const outside: number[] = [];
    if (minimum !== undefined) outside.push(exclusiveMinimum ? minimum : below(minimum));
    if (maximum !== undefined) outside.push(above(maximum));
    for (const value of outside) {
      const message = refuses(info, parameter, value, "RangeError");
      for (const bound of [minimum, maximum])
        if (bound !== undefined) assert.ok(message.includes(` ${bound}`), message);
      if (parameter.unit) assert.ok(message.includes(` ${parameter.unit}`), message);
      assert.ok(message.endsWith(`, got ${value}`), message);
    }
  });

  it(`refuses NaN and infinity for ${name}`, () => {
    for (const value of [NaN, Infinity, -Infinity]) refuses(info, parameter, value, "RangeError");
  });

  if (integer) {
    it(`refuses fractions for ${name}`, () => {
      const message = refuses(info, parameter, (parameter.default ?? 0) + 0.5, "RangeError");
      assert.ok(message.includes("whole number"), message);
    });
  }
  if (odd) {
    it(`refuses even numbers for ${name}`, () => {
      const message = refuses(info, parameter, (parameter.default ?? 1) + 1, "RangeError");
      assert.ok(message.includes("odd"), message);
    });
  }
  if (nonZero) {
    it(`refuses zero for ${name}`, () => {
      for (const value of [0, -0]) {
        assert.ok(refuses(info, parameter, value, "RangeError").includes("not 0"));
      }
      for (const value of [Number.MIN_VALUE, -Number.MIN_VALUE]) accepts(info, { [name]: value });
    });
  }
}

function numbersTests(info: FilterInfo, parameter: NumbersParameter): void {
  const { name, minimum, maximum, integer = false } = parameter;
  const length = lengthOf(info, parameter, Object.fromEntries(requiredOf(info, parameter)));
  const listWith = (at: number, value: number) => parameter.example.with(at, value);

  it(`accepts a typed array for ${name} and sends it as doubles`, () => {
    for (const type of [Uint8Array, Float32Array, Float64Array]) {
      const list = type.from(parameter.example);
      const [checked] = checkChain(specOf(info, { [name]: list }));
      assert.deepEqual(checked?.[name], Float64Array.from(list));
    }
  });

  const { length: counted } = parameter;
  if (typeof counted === "object" && "groups" in counted) {
    groupTests(info, parameter, counted);
    return;
  }

  it(`refuses a list of another length for ${name}`, () => {
    assert.equal(parameter.example.length, length);
    for (const list of [[], parameter.example.slice(1), [...parameter.example, 1], new Float64Array(length + 1)]) {
      const message = refuses(info, parameter, list, "RangeError");
      assert.ok(message.endsWith(`must have ${length} numbers, got ${list.length}`), message);
    }
  });

  it(`refuses NaN and infinity anywhere in ${name}`, () => {
    for (const at of [0, length >> 1, length - 1]) {
      for (const value of [NaN, Infinity, -Infinity]) refuses(info, parameter, listWith(at, value), "RangeError");
    }
    refuses(info, parameter, new Float32Array(length).fill(NaN), "RangeError");
  });

  it(`refuses other things than numbers in ${name}`, () => {
    for (const value of ["1", null, undefined, true, 1n]) {
      refuses(info, parameter, (parameter.example as unknown[]).with(length - 1, value), "TypeError");
    }
    refuses(info, parameter, new BigInt64Array(length), "TypeError");
  });

  it(`refuses a list with holes for ${name}`, () => {
    const list = [...parameter.example];
    // eslint-disable-next-line @typescript-eslint/no-array-delete -- the hole is what is tested
    delete list[0];
    assert.throws(() => checkChain(specOf(info, { [name]: list })), TypeError);
    assert.throws(() => checkChain(specOf(info, { [name]: new Array(length) })), TypeError);
  });

  if (minimum !== undefined && maximum !== undefined) {
    it(`accepts the ends in ${name} and nothing outside of them`, () => {
      for (const value of [minimum, maximum]) accepts(info, { [name]: listWith(length - 1, value) });
      for (const value of [minimum - 1, maximum + 1]) {
        const message = refuses(info, parameter, listWith(length - 1, value), "RangeError");
        assert.ok(message.includes(`from ${minimum} to ${maximum}`) && message.endsWith(`, got ${value}`), message);
      }
    });
  }
  if (integer) {
    it(`refuses fractions in ${name}`, () => {
      refuses(info, parameter, listWith(0, (minimum ?? 0) + 0.5), "RangeError");
    });
  }
  const { length: factors } = parameter;
  if (typeof factors === "object" && "triples" in factors) {
    it(`wants three times the cube of ${factors.triples} numbers in ${name}`, () => {
      for (const side of [2, 3]) {
        const sides = { [factors.triples]: side };
        accepts(info, { ...sides, [name]: Array<number>(3 * side ** 3).fill(minimum ?? 0) });
        const message = refuses(info, parameter, Array<number>(side ** 3).fill(minimum ?? 0), "RangeError", sides);
        assert.ok(message.includes(`must have ${3 * side ** 3} numbers`), message);
      }
    });
  } else if (typeof factors !== "number" && !("groups" in factors)) {
    it(`wants as many numbers in ${name} as ${factors.join(" × ")}`, () => {
      for (const [a, b] of [
        [1, 1],
        [5, 3],
        [1, 31],
        [31, 31],
      ] as const) {
        const sides = { [factors[0]]: a, [factors[1]]: b };
        accepts(info, { ...sides, [name]: Array<number>(a * b).fill(1) });
        const message = refuses(info, parameter, Array<number>(a * b + 1).fill(1), "RangeError", sides);
        assert.ok(message.includes(`must have ${a * b} numbers`), message);
      }
      // The side that is left out has its default.
      const other = info.parameters.find((candidate) => candidate.name === factors[1]) as NumberParameter;
      accepts(info, { [factors[0]]: 7, [name]: Array<number>(7 * (other.default ?? 0)).fill(1) });
    });
  }
}

function groupTests(
  info: FilterInfo,
  parameter: NumbersParameter,
  { groups, least }: { groups: number; least: number },
): void {
  const { name, minimum = -1, maximum = 1, example } = parameter;
  const grouped = (list: readonly number[]) =>
    Array.from({ length: list.length / groups }, (_, i) => list.slice(i * groups, (i + 1) * groups));

  it(`accepts groups of ${groups} for ${name}, and the same as one list`, () => {
    for (const list of [example, Array<number>(groups * (least + 5)).fill(maximum)]) {
      for (const given of [list, grouped(list)]) {
        const [checked] = checkChain(specOf(info, { [name]: given }));
        assert.deepEqual(checked?.[name], Float64Array.from(list));
      }
    }
  });

  it(`refuses too few groups and parts of one for ${name}`, () => {
    const tooFew = Array<number>(groups * (least - 1)).fill(minimum);
    for (const list of [[], tooFew, example.slice(1), [...example, minimum]]) {
      const message = refuses(info, parameter, list, "RangeError");
      assert.ok(message.endsWith(`must be at least ${least} groups of ${groups} numbers, got ${list.length}`), message);
    }
    refuses(info, parameter, grouped(tooFew), "RangeError");
  });

  it(`refuses other things than numbers and groups of them in ${name}`, () => {
    const long = [...grouped(example), Array<number>(groups + 1).fill(minimum)];
    const mixed = [...grouped(example), minimum];
    const words = [...grouped(example), Array<string>(groups).fill("1")];
    for (const list of [long, mixed, words, new BigInt64Array(groups * least)])
      refuses(info, parameter, list, "TypeError");
  });

  it(`refuses numbers that are not allowed in ${name}`, () => {
    for (const value of [NaN, Infinity, minimum - 1, maximum + 1]) {
      refuses(info, parameter, example.with(example.length - 1, value), "RangeError");
      refuses(info, parameter, grouped(example.with(0, value)), "RangeError");
    }
  });
}

/** The smallest number above. */
function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
