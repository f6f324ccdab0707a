import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PeerError } from "./peers.ts";

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Simulators of queues in `peers/` that are written in Python. */
export type PythonPeer = "simpy" | "ciw";

const names: Readonly<Record<PythonPeer, string>> = { simpy: "SimPy", ciw: "Ciw" };

const requirementsOf = (peer: PythonPeer): string =>
  readFileSync(inRoot(`bench/peers/${peer}/requirements.txt`), "utf8");

/** "SimPy 4.1.2" */
export const nameOf = (peer: PythonPeer): string =>
  `${names[peer]} ${new RegExp(`^${peer}==(\\S+)`, "m").exec(requirementsOf(peer))?.[1] ?? "?"}`;

function runQuietly(program: string, words: readonly string[], mend: string): void {
  const { error, status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (error !== undefined) throw new PeerError(`${program} did not start (${error.message}). ${mend}`);
  if (status !== 0) throw new PeerError(`${program} ${words.join(" ")} failed: ${stderr.trim().slice(-500)} ${mend}`);
}

/**
 * Installs a peer into an environment of its own, unless it is there already; another version makes another environment.
 *
 * @returns the path of its Python
 * @throws PeerError when it can not be installed
 */
export function installPythonPeer(peer: PythonPeer): string {
  const version = createHash("sha256").update(requirementsOf(peer)).digest("hex").slice(0, 12);
  const folder = inRoot(`.cache/bench/${peer}-${version}`);
  const python = (place: string): string =>
    process.platform === "win32" ? `${place}/Scripts/python.exe` : `${place}/bin/python`;
  const finished = `${folder}/installed`;
  if (existsSync(finished)) return python(folder);
  const mend = `${names[peer]} was not measured: it needs Python 3 with venv, and PyPI.`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(inRoot(".cache/bench"), { recursive: true });
  runQuietly("python3", ["-m", "venv", folder], mend);
  const requirements = inRoot(`bench/peers/${peer}/requirements.txt`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  runQuietly(python(folder), pip, mend);
  mkdirSync(finished);
  return python(folder);
}

/** "3.37", by the macros of its headers; "?" where it is not installed. */
function versionOfNs3(): string {
  const words = ["-E", "-dM", "-x", "c++", "-"];
  const { stdout } = spawnSync("g++", words, { encoding: "utf8", input: "#include <ns3/version-defines.h>\n" });
  const macro = (name: string): string | undefined => new RegExp(`NS3_VERSION_${name} (\\d+)`).exec(stdout ?? "")?.[1];
  return macro("MAJOR") === undefined ? "?" : `${macro("MAJOR")}.${macro("MINOR") ?? "?"}`;
}

/**
 * Compiles the hold model for ns-3, optimised, unless it is there already.
 *
 * @returns the path of the program, and the name of the peer with its version
 * @throws PeerError when there is no compiler or no ns-3
 */
export function buildNs3(): { readonly program: string; readonly name: string } {
  const source = inRoot("bench/peers/ns3/hold.cc");
  const version = versionOfNs3();
  const digest = createHash("sha256").update(readFileSync(source)).update(version).digest("hex").slice(0, 12);
  const program = inRoot(`.cache/bench/ns3-hold-${digest}`);
  const name = `ns-3.${version.replace(/^3\./, "")}`;
  if (existsSync(program)) return { program, name };
  mkdirSync(inRoot(".cache/bench"), { recursive: true });
  // Its own libraries name more than a development package brings; they are found when the program starts.
  const libraries = ["-lns3-core", "-Wl,--allow-shlib-undefined"];
  runQuietly(
    "g++",
    ["-O3", "-DNDEBUG", "-std=c++17", "-o", `${program}.part`, source, ...libraries],
    "ns-3 was not measured: it needs g++ and the Debian package libns3-dev.",
  );
  renameSync(`${program}.part`, program);
  return { program, name };
}

/** What a peer's program measured of itself, in its own clock. */
export interface PeerFigures {
  readonly seconds: number;
  readonly customers?: number;
  readonly meanWait?: number;
  readonly events?: number;
  /** null where the system does not tell it. */
  readonly bytesPerPending?: number | null;
}

/** @throws PeerError when the program fails */
export function runPeerProgram(program: string, words: readonly (string | number)[]): PeerFigures {
  const { error, status, stdout, stderr } = spawnSync(program, words.map(String), { encoding: "utf8" });
  if (error !== undefined || status !== 0) {
    throw new PeerError(`${program} ${words.join(" ")} failed: ${error?.message ?? stderr.trim().slice(-500)}`);
  }
  return JSON.parse(stdout) as PeerFigures;
}

export const programOf = (peer: PythonPeer, program: "customers" | "hold"): string =>
  inRoot(`bench/peers/${peer}/${program}.py`);
