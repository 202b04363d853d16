import { AuspexError, EXIT } from "../../core/index.ts";

/** A study that is not there or is another one, one too many, a tell that contradicts another, no fine-tuning now. */
export class StudyError extends AuspexError {
  constructor(
    code: "STUDY_UNKNOWN" | "STUDY_EXISTS" | "STUDY_LIMIT" | "TELL_CONFLICT" | "FINE_TUNING",
    message: string,
    hint?: string,
  ) {
    super(code, EXIT.invalidInput, message, hint === undefined ? {} : { hint });
  }
}
