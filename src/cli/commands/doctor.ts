import { spawnSync } from "node:child_process";
import { type EngineReport, probeEngines } from "../../tensor/index.ts";
import { printResult, renderTable } from "../output.ts";
import { packageVersion } from "../package-version.ts";

/** `auspex doctor`: engines, versions, what is missing and how to get it. */
export async function doctorCommand(options: { readonly json: boolean }): Promise<void> {
  const engines = await probeEngines();
  const report = {
    auspex: packageVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    compiler: versionOf("c++") ?? versionOf("g++") ?? versionOf("clang++"),
    natsServer: versionOf("nats-server"),
    engines,
  };
  printResult(options.json, report, (r) => [
    `auspex ${r.auspex}, Node ${r.node}, ${r.platform}`,
    `C++ compiler: ${r.compiler ?? "none (the native engine needs one; then: npm run install)"}`,
    `nats-server: ${r.natsServer ?? "none (only needed to run your own broker)"}`,
    "",
    ...renderTable(["engine", "works", "device", "GFLOP/s", "note"], r.engines.map(engineRow)),
  ]);
}

function engineRow(report: EngineReport): string[] {
  if (!report.works) {
    const note = report.remedy === undefined ? report.reason : `${report.reason}; ${report.remedy}`;
    return [report.name, "no", "", "", note];
  }
  const { device, kernelPath, precision, threads } = report.engine;
  const note = `${kernelPath}, ${precision}, ${threads} thread${threads === 1 ? "" : "s"}`;
  return [report.name, "yes", device, report.matMulGflops.toFixed(1), note];
}

/** First line of `PROGRAM --version`, or undefined where there is no such program. */
function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8", timeout: 5000 });
  return status === 0 ? stdout.split("\n")[0]?.trim() : undefined;
}
