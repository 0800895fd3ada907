/** What is known of filters and their parameters; a control, a check and a line of documentation can be made of it. */
import type { FilterCategory, FilterKind } from "./generated/filters.js";

/** What is known of one parameter; a control, a check and a line of documentation can be made of it. */
export type ParameterInfo =
  NumberParameter | BooleanParameter | ChoiceParameter | NumbersParameter | TextParameter | ImageParameterInfo;

interface ParameterBase {
  readonly name: string;
  readonly doc: string;
  /** `"px"`, `"°"`, `"ms"`, …; absent for plain numbers. */
  readonly unit?: string;
}

/** A number; with `integer`, a whole one. */
export interface NumberParameter extends ParameterBase {
  readonly type: "number";
  /** `null`: it must be given, or is worked out from the others. */
  readonly default: number | null;
  /** `true`: it must be given; `example` is a good start for a control. */
  readonly required?: boolean;
  readonly example?: number;
  /** Smallest and largest allowed value; absent where there is no bound. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** `true`: the minimum itself is not allowed. */
  readonly exclusiveMinimum?: boolean;
  readonly integer?: boolean;
  /** `true`: even numbers are not allowed. */
  readonly odd?: boolean;
  /** `true`: zero is not allowed. */
  readonly nonZero?: boolean;
  /** For a slider: its step and its useful ends. */
  readonly step: number;
  readonly softMinimum: number;
  readonly softMaximum: number;
}

export interface BooleanParameter extends ParameterBase {
  readonly type: "boolean";
  readonly default: boolean;
}

export interface ChoiceParameter extends ParameterBase {
  readonly type: "choice";
  readonly default: string;
  readonly choices: readonly string[];
}

/** A list of numbers. `required` ones must be given; `example` is a good start for a control. */
export interface NumbersParameter extends ParameterBase {
  readonly type: "numbers";
  readonly required: boolean;
  /** Absent: where it is left out, it does not apply. */
  readonly default?: readonly number[];
  /**
   * How many: a number, the names of two parameters whose product it is, or three times the cube of one; or any number of groups
   * of so many, at least `least`, which may be lists of their own.
   */
  readonly length:
    | number
    | readonly [string, string]
    | { readonly triples: string }
    | { readonly groups: number; readonly least: number };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly integer?: boolean;
  readonly example: readonly number[];
}

/**
 * A text, such as that of a file. It has no default; `example` is a good start for a control. With `code`, it is short, and in a
 * language of its own: what is wrong with it is said with its `position`.
 */
export interface TextParameter extends ParameterBase {
  readonly type: "text";
  readonly required: boolean;
  readonly example: string;
  readonly code?: boolean;
}

/** An image, see {@link ImageParameter}. It must be given. */
export interface ImageParameterInfo extends ParameterBase {
  readonly type: "image";
  readonly required: true;
}

/** How large the result of a filter is that changes the size. */
export type ResultSize =
  /** Parameters with these names set width and height; one that is left out follows from the shape. */
  | {
      readonly rule: "parameters";
      readonly width: string;
      readonly height: string;
      /** A word that says how the image is fitted into both. */
      readonly fit?: string;
      /** A flag: where it is not set, nothing becomes larger than it is. */
      readonly enlarge?: string;
    }
  /** So many pixels more on each side. */
  | {
      readonly rule: "padded";
      readonly left: string;
      readonly right: string;
      readonly top: string;
      readonly bottom: string;
    }
  /** At most as large as the image: its pixels decide. */
  | { readonly rule: "trimmed" }
  /** Width and height change places; where a `parameter` is named, from its value `least` on. */
  | { readonly rule: "swapped"; readonly parameter?: undefined; readonly least?: undefined }
  | { readonly rule: "swapped"; readonly parameter: string; readonly least: number }
  /** The box around the image turned by so many degrees, where the flag `expand` is set; else the same size. */
  | { readonly rule: "turned"; readonly degrees: string; readonly expand: string };

/** What is known of one filter. */
export interface FilterInfo {
  /** Its `kind`. */
  readonly name: FilterKind;
  /** Its name for people. */
  readonly title: string;
  readonly doc: string;
  readonly category: FilterCategory;
  /** The parameter that the third element of a tuple sets; `null` where there is none. */
  readonly intensity: string | null;
  /** How large the result is; `null` where it has the size of the image. */
  readonly size: ResultSize | null;
  /** `true`: works on flat lists of numbers too. */
  readonly flat: boolean;
  /** `true`: images of bytes with 1 to 3 channels may lie in memory as RGBA while it works. */
  readonly keepsRgba?: boolean;
  /** `true`: only the engine can tell of some parameters whether they are right, of a text that is a table for one. */
  readonly checkedByEngine?: boolean;
  readonly parameters: readonly ParameterInfo[];
}

/** What is known of a filter that is not built in; `Spec` is any of those, as the interface of its parameters. */
export interface OwnFilterInfo<Spec extends { kind: string }> extends Omit<FilterInfo, "name"> {
  readonly name: string;
  /** Not there: it tells TypeScript of the parameters. */
  readonly spec?: Spec;
}
