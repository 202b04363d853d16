import { type CutReport, describeCut } from "../training/index.ts";
import { noteLine } from "./output.ts";

/** Says on stderr what was cut off texts, if anything was. */
export function noteCut(report: CutReport): void {
  const text = describeCut(report);
  if (text !== undefined) noteLine(`note: ${text}`);
}
