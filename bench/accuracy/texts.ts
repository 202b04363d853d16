// The texts that architectures become, one number at a time: the datasets give one row many numbers (a latency for
// each device), and a model that is to read of a new device must find the device in the text.

export type Space = "nas-bench-201" | "fbnet" | "ofa-mobilenetv3" | "nas-bench-macro";

/** `arch` is the x of the data files; a prefix that names the space is dropped, `space:` says it. */
export function architectureText(
  space: Space,
  metric: string,
  arch: string,
  device?: string,
): string {
  return [
    `space: ${space}`,
    `metric: ${metric}`,
    ...(device === undefined ? [] : [`device: ${device}`]),
    `arch: ${arch.replace(/^[\w-]+: /u, "")}`,
  ].join("\n");
}

/** What can be counted in a NAS-Bench-201 cell without measuring anything: targets that cost nothing. */
export function cellCounts(cell: string): Readonly<Record<"mflops" | "kparams", number>> {
  const count = (operation: string): number => cell.split(`${operation}~`).length - 1;
  const [wide, narrow] = [count("nor_conv_3x3"), count("nor_conv_1x1")];
  // Three stages of five cells; channels double where the image halves, so a stage's work stays the same.
  const perStage = 5 * 16 * 16 * 32 * 32 * 1e-6;
  const mflops = 3 * perStage * (9 * wide + narrow) + FIXED_MFLOPS;
  const kparams = 5 * (16 * 16 + 32 * 32 + 64 * 64) * 1e-3 * (9 * wide + narrow) + FIXED_KPARAMS;
  return { mflops, kparams };
}

/** Stem, the two residual blocks between the stages, and the classifier. */
const FIXED_MFLOPS = 7.8;
const FIXED_KPARAMS = 73;
