/** What stands in the way of a command, in one sentence with its mend. It is printed without a stack trace. */
export class Refusal extends Error {}

/**
 * Runs a command to its end. A Refusal is printed and ends it with exit code 1; any other error is a fault of ours and
 * keeps its stack trace.
 *
 * @param {() => Promise<number>} command gives the exit code
 */
export async function runCommand(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
