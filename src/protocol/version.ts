// The version of the protocol. What a peer of the previous version could misread raises `major`; what it
// can ignore raises `minor`.

export const PROTOCOL_VERSION = { major: 1, minor: 2 } as const;
