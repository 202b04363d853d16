// Property tests with the same cases in every run; AUSPEX_PROPERTY_SEED=N draws others.

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["AUSPEX_PROPERTY_SEED"] ?? 1) });

export default fc;
