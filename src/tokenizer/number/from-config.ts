import type { NumberTokenizerConfig } from "../config.ts";
import { ieeeTokenizer } from "./ieee.ts";
import { normalizedTokenizer } from "./normalized.ts";
import type { NumberTokenizer } from "./number-tokenizer.ts";
import { p10Tokenizer } from "./p10.ts";
import { STANDARD_SPECIAL_VALUES, withSeparator, withSpecialValues } from "./wrappers.ts";

/**
 * The tokenizer that a configuration describes: special values inside, separator outside.
 *
 * @throws {ConfigError} when the sizes do not fit into a double.
 */
export function numberTokenizerFromConfig(config: NumberTokenizerConfig): NumberTokenizer {
  const plain = plainTokenizer(config);
  const { specialValues, separator } = config;
  const special =
    specialValues === "none"
      ? plain
      : withSpecialValues(
          plain,
          specialValues === "standard" ? STANDARD_SPECIAL_VALUES : specialValues,
        );
  return separator ? withSeparator(special) : special;
}

function plainTokenizer(config: NumberTokenizerConfig): NumberTokenizer {
  switch (config.kind) {
    case "ieee":
      return ieeeTokenizer(config);
    case "p10":
      return p10Tokenizer(config);
    case "normalized":
      return normalizedTokenizer(config);
    default:
      return config satisfies never;
  }
}
