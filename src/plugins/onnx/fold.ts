// Folding of repeated blocks: `a b a b a b c` becomes `x3 [ a b ] c`, the inner ones first, so blocks of blocks
// fold again. Lossless: unfolding gives the lines back.

/** Longest block, in lines (folded ones count as one). */
const MAX_BLOCK = 256;
/** Bounds the work on graphs of many thousand lines that do not repeat. */
const MAX_COMPARISONS = 20_000_000;

interface Item {
  readonly lines: readonly string[];
  /** Equal items have equal keys. */
  readonly key: number;
}

/** The lines with every run of equal blocks written once. */
export function foldRepeats(lines: readonly string[]): string[] {
  const keys = new Map<string, number>();
  const itemOf = (content: readonly string[]): Item => {
    const text = content.join("\n");
    const key = keys.get(text) ?? keys.size;
    keys.set(text, key);
    return { lines: content, key };
  };
  let items = lines.map((line) => itemOf([line]));
  let comparisons = 0;
  for (let length = 1; length <= MAX_BLOCK && 2 * length <= items.length; length++) {
    comparisons += items.length;
    if (comparisons > MAX_COMPARISONS) break;
    const folded = foldLength(items, length, itemOf);
    if (folded.length < items.length) {
      items = folded;
      // Shorter blocks may repeat now.
      length = 0;
    }
  }
  return items.flatMap((item) => item.lines);
}

function foldLength(
  items: readonly Item[],
  length: number,
  itemOf: (content: readonly string[]) => Item,
): Item[] {
  const result: Item[] = [];
  for (let at = 0; at < items.length; ) {
    const count = repeats(items, at, length);
    if (isWorth(items, at, length, count)) {
      const block = items.slice(at, at + length).flatMap((item) => item.lines);
      result.push(itemOf([`x${count} [`, ...block, "]"]));
      at += count * length;
    } else {
      result.push(items[at]!);
      at += 1;
    }
  }
  return result;
}

function repeats(items: readonly Item[], at: number, length: number): number {
  let count = 1;
  for (let next = at + length; next + length <= items.length; next += length) {
    for (let i = 0; i < length; i++) if (items[at + i]!.key !== items[next + i]!.key) return count;
    count += 1;
  }
  return count;
}

/** The two lines of the frame must cost less than what they replace. */
function isWorth(items: readonly Item[], at: number, length: number, count: number): boolean {
  if (count < 2) return false;
  let blockLines = 0;
  for (let i = 0; i < length; i++) blockLines += items[at + i]!.lines.length;
  return (count - 1) * blockLines > 2;
}
