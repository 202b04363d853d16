/** The reference's state dict names every model parameter below this one. */
export const REFERENCE_PREFIX = "encoder_decoder.";
