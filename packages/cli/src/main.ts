import { tuneCompiler } from "@fieldbook/lab/node";
import { runProgram } from "./program.ts";

tuneCompiler();

// Who reads only the beginning, as `head` does, has what they wanted.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY,
  });
} catch (error) {
  // No user's mistake but a fault of ours: never to be taken for the answer "violated", which is 1.
  process.stderr.write(
    `fieldbook: a fault of the program itself. ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 2;
}
