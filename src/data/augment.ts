// The same system described differently, so that a model learns what the text says and not how it is laid
// out: keys in another order, keys left out, numbers in other spellings. A pure function of text and stream.

import type { Random } from "../core/index.ts";
import type { AugmentConfig } from "./config.ts";
import { type Block, type Entry, parseKeyValueText, renderBlock } from "./key-value-text.ts";
import { respellNumber } from "./respell-number.ts";
import { globMatcher } from "./select.ts";

/** Changes one text; draws from `random` alone. A text that is no `key: value` text comes back as it is. */
export type Augmentation = (text: string, random: Random) => string;

/** Compiles the patterns of a configuration. */
export function augmentation(config: AugmentConfig): Augmentation {
  const wanted = config.keys.map(globMatcher);
  const spared = config.except.map(globMatcher);
  const rules: Rules = {
    ...config,
    touches: ({ path }) =>
      wanted.some((matches) => matches(path)) && !spared.some((matches) => matches(path)),
  };
  return (text, random) => {
    if (random.float() >= config.probability) return text;
    const parsed = parseKeyValueText(text);
    return parsed === undefined ? text : renderBlock(changed(parsed.block, rules, random));
  };
}

interface Rules extends AugmentConfig {
  readonly touches: (entry: Entry) => boolean;
}

function changed(block: Block, rules: Rules, random: Random): Block {
  const kept = withoutDropped(block.entries, rules, random);
  const ordered = rules.shuffleKeys ? shuffledInPlace(kept, rules, random) : kept;
  return {
    ...block,
    separators: block.separators.slice(0, Math.max(0, ordered.length - 1)),
    entries: ordered.map((entry) => changedEntry(entry, rules, random)),
  };
}

function changedEntry(entry: Entry, rules: Rules, random: Random): Entry {
  if (entry.child !== undefined) return { ...entry, child: changed(entry.child, rules, random) };
  if (!rules.touches(entry) || random.float() >= rules.respellNumbers) return entry;
  return { ...entry, value: respellNumber(entry.value, random) };
}

/** Only single values go, never a block or code; at least one entry stays. */
function withoutDropped(entries: readonly Entry[], rules: Rules, random: Random): readonly Entry[] {
  if (rules.dropKeys === 0) return entries;
  const kept = entries.filter((entry) => {
    const mayGo = entry.child === undefined && entry.rest === "" && rules.touches(entry);
    return !mayGo || random.float() >= rules.dropKeys;
  });
  return kept.length === 0 && entries.length > 0 ? [entries[random.int(entries.length)]!] : kept;
}

/** Entries that the rules touch change places among themselves; the others stay where they are. */
function shuffledInPlace(
  entries: readonly Entry[],
  rules: Rules,
  random: Random,
): readonly Entry[] {
  const moved = random.shuffled(entries.filter(rules.touches));
  let next = 0;
  return entries.map((entry) => (rules.touches(entry) ? moved[next++]! : entry));
}
