// Starting a study, and continuing one from its log.

import { InputError, messageOf } from "../../core/index.ts";
import type { Surrogate } from "../surrogate.ts";
import { requireValue } from "./cost.ts";
import { parseEvent } from "./events.ts";
import { type StudySpec, studySpecSchema } from "./spec.ts";
import { StudyState } from "./state.ts";
import { Study, type StudyLog } from "./study.ts";
import type { TunedPredictor, Tuner } from "./tuner.ts";

/** Checks a study's specification. @throws {InputError} with the field and its rule. */
export function parseStudySpec(input: unknown): StudySpec {
  const parsed = studySpecSchema.safeParse(input);
  if (parsed.success) return checkTogether(parsed.data);
  const issue = parsed.error.issues[0]!;
  throw new InputError(`study.${issue.path.map(String).join(".")}: ${issue.message}`);
}

/** Starts a study; its creation is the first record of its log. */
export async function openStudy(
  surrogate: Surrogate,
  input: unknown,
  openLog?: StudyLog | (() => StudyLog | undefined),
  tuner?: Tuner,
): Promise<Study> {
  const spec = parseStudySpec(input);
  const columns = columnsOf(spec, surrogate.objectives);
  checkTunable(spec, columns, tuner);
  // Opened only now: a wrong specification leaves no file behind.
  const log = typeof openLog === "function" ? openLog() : openLog;
  const created = { type: "created", spec, model: surrogate.model } as const;
  await log?.append(created);
  return new Study({ surrogate, state: new StudyState(created), columns, log, tuner });
}

/**
 * Continues a study from the records of its log. With another bundle than before it learns anew from new tells; what
 * was told stays known.
 * @throws {CorruptError} for a record that is no event; {InputError} where the model lacks its objectives.
 */
export async function resumeStudy(
  surrogate: Surrogate,
  records: readonly unknown[],
  log?: StudyLog,
  tuner?: Tuner,
): Promise<Study> {
  const [created, ...rest] = records.map((record, i) => parseEvent(record, `record ${i + 1}`));
  if (created?.type !== "created") throw new InputError("a study's log begins with its creation");
  const state = new StudyState(created);
  for (const event of rest) state.apply(event);
  const columns = columnsOf(created.spec, surrogate.objectives);
  if (state.model !== surrogate.model) {
    // What was learnt about another model's errors must not correct this one's; its tuned copies go with it.
    const rebased = { type: "rebased", model: surrogate.model } as const;
    await log?.append(rebased);
    state.apply(rebased);
  }
  const tuned = await reopen(state, log, tuner);
  return new Study({ surrogate, state, columns, log, tuner, tuned });
}

/** The tuned model that answered before the restart. Where it is gone, the bundle answers again, and the log says so. */
async function reopen(
  state: StudyState,
  log: StudyLog | undefined,
  tuner: Tuner | undefined,
): Promise<TunedPredictor | undefined> {
  const { accepted, spec } = state;
  if (accepted === undefined) return undefined;
  try {
    if (tuner === undefined) throw new InputError("nobody adapts models here");
    const tuned = await tuner.open(spec.id, accepted.version);
    if (tuned.id === accepted.model) return tuned;
    tuned.dispose();
    throw new InputError(`stored is ${tuned.id}, the log has ${accepted.model ?? "no name"}`);
  } catch (error) {
    const reverted = { type: "reverted", reason: messageOf(error).slice(0, 500) } as const;
    state.apply(reverted);
    // A log that takes nothing more says so at the next tell.
    log?.append(reverted).catch(() => {});
    return undefined;
  }
}

/** @throws {InputError} where fine-tuning is asked for and cannot be. */
function checkTunable(spec: StudySpec, columns: readonly number[], tuner: Tuner | undefined): void {
  if (spec.fineTuning.kind === "none") return;
  if (tuner === undefined) {
    throw new InputError("study.fineTuning: nobody adapts models here", {
      hint: "leave fineTuning out",
    });
  }
  if (columns.every((column, i) => column === i)) return;
  throw new InputError("study.fineTuning: a model is tuned on its first objectives, in its order", {
    hint: "list the study's objectives in the order of GET /v1/models, the first ones",
  });
}

/** Rules between fields. */
function checkTogether(spec: StudySpec): StudySpec {
  const { objectives, referencePoint, policy, budget } = spec;
  if (policy.kind === "pace" && budget === undefined) {
    throw new InputError("study.policy: pace spreads a budget, and there is no budget");
  }
  if (referencePoint === undefined) return spec;
  if (referencePoint.length !== objectives.length) {
    throw new InputError(
      `study.referencePoint: ${referencePoint.length} values for ${objectives.length} objectives`,
    );
  }
  // Before it is stored: every report asks for the reference point in costs.
  objectives.forEach((objective, i) => {
    try {
      requireValue(referencePoint[i]!, objective);
    } catch (error) {
      throw new InputError(`study.referencePoint: ${messageOf(error)}`, { cause: error });
    }
  });
  return spec;
}

/** Where each objective of the study is among the model's. */
function columnsOf(spec: StudySpec, available: readonly string[]): number[] {
  return spec.objectives.map(({ name }) => {
    const column = available.indexOf(name);
    if (column >= 0) return column;
    throw new InputError(`the model has no objective ${JSON.stringify(name)}`, {
      hint: `objectives of this model: ${available.join(", ")}`,
    });
  });
}
