// What a report shows, as plain data: it can be kept as JSON beside the page and drawn again. Every part is
// optional but the title; a part that is missing is left out.

/** Loss by step. Either of the two may be missing at a step. */
export interface LearningPoint {
  readonly step: number;
  readonly trainLoss?: number | undefined;
  readonly validationLoss?: number | undefined;
}

export interface PredictedPoint {
  readonly truth: number;
  readonly predicted: number;
  /** Ends of the 90 % interval. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export interface PredictedGroup {
  readonly task: string;
  readonly unit?: string | undefined;
  readonly points: readonly PredictedPoint[];
}

export interface FewShotPoint {
  readonly shots: number;
  readonly spearman: number;
  /** Mean relative error in percent. */
  readonly mre: number;
}

export interface FewShotSeries {
  /** For example `transferred` or `from scratch`; the first one is emphasised. */
  readonly name: string;
  readonly points: readonly FewShotPoint[];
}

export interface FewShotCurves {
  /** The environment that was held out, or `mean of ...`. */
  readonly task: string;
  readonly series: readonly FewShotSeries[];
}

export interface PredictiveDensity {
  /** Whose prediction this is. */
  readonly label: string;
  readonly unit?: string | undefined;
  readonly truth: number;
  readonly median: number;
  /** Quantiles at rising levels, 50 or more for a smooth picture. */
  readonly quantiles: readonly { readonly p: number; readonly value: number }[];
  /** The text that the model read. */
  readonly text?: string | undefined;
}

export interface CandidateRanking {
  readonly label: string;
  readonly unit?: string | undefined;
  readonly direction: "min" | "max";
  /** In any order. */
  readonly candidates: readonly { readonly predicted: number; readonly truth: number }[];
}

/** Searches with known truth, side by side. */
export interface SearchCurves {
  readonly optimum: number;
  /** 1 where small values are good, -1 where large ones are. */
  readonly sign: 1 | -1;
  /** At most six strategies are drawn. */
  readonly strategies: readonly {
    readonly name: string;
    /** One per seed: true values in the order of evaluation, and what had been paid by then. */
    readonly runs: readonly {
      readonly values: readonly number[];
      readonly paid: readonly number[];
    }[];
  }[];
}

export interface CalibrationData {
  readonly task: string;
  /** Share of rows inside the central interval of each level, levels rising. */
  readonly coverage: readonly { readonly level: number; readonly covered: number }[];
  /** Share of rows in each of equal parts of their distributions. */
  readonly pit: readonly number[];
}

/** Rows whose text has so many characters, up to twice as many. */
export interface LengthBin {
  readonly fromChars: number;
  readonly numRows: number;
}

export interface ReportTable {
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface ReportData {
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** A few figures at the top. */
  readonly headline?: readonly {
    readonly label: string;
    readonly value: string;
    readonly note?: string | undefined;
  }[];
  readonly learning?: readonly LearningPoint[] | undefined;
  readonly predictions?: readonly PredictedGroup[] | undefined;
  readonly fewShot?: readonly FewShotCurves[] | undefined;
  readonly density?: PredictiveDensity | undefined;
  readonly ranking?: CandidateRanking | undefined;
  readonly search?: SearchCurves | undefined;
  readonly calibration?: readonly CalibrationData[] | undefined;
  readonly lengths?: readonly LengthBin[] | undefined;
  readonly tables?: readonly ReportTable[] | undefined;
  /** Configuration, versions, engine, seconds: name and value. */
  readonly facts?: Readonly<Record<string, string | number>> | undefined;
}
