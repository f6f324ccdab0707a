// npm test: installs what is missing, then takes every step. `npm test -- NAME…` takes the named ones.
import { prepare } from "./install.mjs";
import { Refusal, runCommand } from "./refusal.mjs";
import { none, steps } from "./steps.mjs";

/** @param {readonly string[]} names */
function chooseSteps(names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    const known = steps.map((step) => step.name).join(", ");
    throw new Refusal(`There is no step "${unknown}"; there are ${known}.`);
  }
  return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
}

/** @param {number} milliseconds */
const inSeconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** @param {readonly string[]} names @returns {Promise<number>} the exit code */
async function test(names) {
  const chosen = chooseSteps(names);
  await prepare();
  const total = none();
  /** @type {string[]} */
  const failures = [];
  for (const step of chosen) {
    process.stdout.write(`\n■ ${step.title}\n`);
    const begun = Date.now();
    const { passed, failed, skipped, ...said } = await step.take();
    const notes = skipped.map((name) => `  skipped: ${name}\n`).join("");
    process.stdout.write(`${notes}${failed === 0 ? "✓" : "✕"} ${step.title}, ${inSeconds(Date.now() - begun)}\n`);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) failures.push(step.title, ...said.failures);
    total.skipped.push(...skipped);
  }
  if (total.skipped.length > 0) process.stdout.write(`\n${String(total.skipped.length)} skipped, named above\n`);
  // The last lines are what a log is cut down to.
  for (const failure of failures) process.stdout.write(`\n✕ ${failure}\n`);
  process.stdout.write(`\n${String(total.passed)} passed, ${String(total.failed)} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

await runCommand(() => test(process.argv.slice(2)));
