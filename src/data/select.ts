// Selectors: `task=sempl/x264/*` or `split=val`. Conditions in one selector, joined by commas, all hold;
// of several selectors one must.

import { UsageError } from "../core/index.ts";
import { type Example, SPLITS } from "./example.ts";

export type Selector = (example: Pick<Example, "task" | "split">) => boolean;

/**
 * One predicate for several selectors; without any, everything is selected.
 *
 * @throws {UsageError} when a selector is not `field=pattern` with field task or split.
 */
export function parseSelectors(selectors: readonly string[]): Selector {
  if (selectors.length === 0) return () => true;
  const alternatives = selectors.map(parseSelector);
  return (example) => alternatives.some((matches) => matches(example));
}

function parseSelector(selector: string): Selector {
  const conditions = selector.split(",").map((condition) => parseCondition(condition, selector));
  return (example) => conditions.every((matches) => matches(example));
}

function parseCondition(condition: string, selector: string): Selector {
  const equals = condition.indexOf("=");
  const field = condition.slice(0, Math.max(equals, 0)).trim();
  const pattern = condition.slice(equals + 1).trim();
  if ((field !== "task" && field !== "split") || pattern === "") {
    throw new UsageError(`selector "${selector}": expected task=PATTERN or split=PATTERN`, {
      hint: 'for example --where "task=sempl/x264/*"',
    });
  }
  const matches = globMatcher(pattern);
  if (field === "split" && !SPLITS.some(matches)) {
    throw new UsageError(`selector "${selector}": splits are ${SPLITS.join(", ")}`);
  }
  return (example) => matches(example[field]);
}

/** `*` stands for any characters, slashes included. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`, "su");
  return (text) => expression.test(text);
}
