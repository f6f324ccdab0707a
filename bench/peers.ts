import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exponential, milliseconds, uniform } from "@fieldbook/kernel";
import type { Distribution } from "@fieldbook/kernel";

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** A program in `peers/` that passes tokens round a ring on another simulator. */
export interface Peer {
  /** The crate's name; the program is "<crate>-ring". */
  readonly crate: string;
  readonly name: string;
  /** Latencies of its network, as nearly as it and we can draw the same. */
  readonly latency: Distribution;
}

/** Neither draws what the other does, so each is compared with us under its own; both have a mean of about 5.5 ms. */
export const peers: readonly Peer[] = [
  { crate: "turmoil", name: "Turmoil", latency: exponential(milliseconds(5.5), milliseconds(1)) },
  { crate: "madsim", name: "MadSim", latency: uniform(milliseconds(1), milliseconds(10) - 1) },
];

/** A peer that can not be measured here; the message says what is missing. */
export class PeerError extends Error {
  override readonly name = "PeerError";
}

/** The version that the peer's program asks for. */
export function versionOf({ crate }: Peer): string {
  const manifest = readFileSync(inRoot(`bench/peers/${crate}-ring/Cargo.toml`), "utf8");
  return new RegExp(`^${crate} = "=([^"]+)"`, "m").exec(manifest)?.[1] ?? "?";
}

/** Flags from outside would take the place of those in the peer's folder, which MadSim needs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { RUSTFLAGS: _, CARGO_ENCODED_RUSTFLAGS: __, ...rest } = process.env;
  return rest;
}

/**
 * Builds a peer's program, released and locked, unless it is built already.
 *
 * @returns the path of the program
 * @throws PeerError when it can not be built
 */
export function buildPeer({ crate, name }: Peer): string {
  const target = inRoot(`.cache/bench/${crate}-ring`);
  const { error, status } = spawnSync("cargo", ["build", "--release", "--locked", "--quiet", "--target-dir", target], {
    cwd: inRoot(`bench/peers/${crate}-ring`),
    env: cleanEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error !== undefined) {
    throw new PeerError(`${name} was not measured: cargo did not start (${error.message}). Install Rust: rustup.rs.`);
  }
  const program = `${target}/release/${crate}-ring${process.platform === "win32" ? ".exe" : ""}`;
  if (status !== 0 || !existsSync(program)) {
    throw new PeerError(`${name} was not measured: cargo could not build bench/peers/${crate}-ring.`);
  }
  return program;
}

export interface PeerRun {
  readonly messages: number;
  /** Wall time of the simulation alone, as the peer's own clock shows it. */
  readonly seconds: number;
  readonly virtualSeconds: number;
}

/** @throws PeerError when it fails or counts another number of messages */
export function runPeer(
  program: string,
  ring: { tokens: number; hops: number; seed: number },
  wanted: number,
): PeerRun {
  const words = [ring.tokens, ring.hops, ring.seed].map(String);
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new PeerError(`${program} ${words.join(" ")} failed: ${stderr}`);
  const run = JSON.parse(stdout) as PeerRun;
  if (run.messages !== wanted) {
    throw new PeerError(`${program} handled ${run.messages} messages; asked for were ${wanted}.`);
  }
  return run;
}
