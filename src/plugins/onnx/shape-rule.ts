// What shape rules take and give.

import type { Attributes } from "./attributes.ts";
import type { Shape } from "./model.ts";

/** What is known about a value. */
export interface ValueShape {
  readonly shape: Shape;
  readonly dataType?: number | undefined;
  /** Its elements, where they are few and known: shapes that graphs compute. */
  readonly values?: readonly number[] | undefined;
}

export const UNKNOWN: ValueShape = { shape: undefined };

export interface RuleInput {
  /** Undefined where an optional input is left out. */
  readonly inputs: readonly (ValueShape | undefined)[];
  readonly numOutputs: number;
  readonly attributes: Attributes;
  readonly opset: number;
}

export type ShapeRule = (input: RuleInput) => readonly (ValueShape | undefined)[];
