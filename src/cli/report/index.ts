export type * from "./data.ts";
export { renderReport } from "./page.ts";
