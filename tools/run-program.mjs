import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/** @typedef {{ exitCode: number, output: string, milliseconds: number }} Outcome */

/**
 * Runs a program to its end in the project's folder.
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show`: the output goes to the terminal as it comes,
 *   instead of into `output`
 * @returns {Promise<Outcome>} a program that could not be started or was killed has exit code 1
 */
export function runProgram(program, programArguments, options = {}) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const child = spawn(program, programArguments, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", options.show ? "inherit" : "pipe", options.show ? "inherit" : "pipe"],
    });
    let output = "";
    /** @param {number} exitCode */
    const end = (exitCode) => resolve({ exitCode, output, milliseconds: Date.now() - begun });
    child.stdout?.on("data", (chunk) => (output += String(chunk)));
    child.stderr?.on("data", (chunk) => (output += String(chunk)));
    child.on("error", (error) => {
      output += error.message;
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** @param {string} text @param {number} count of lines */
export function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
