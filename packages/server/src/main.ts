import { fileURLToPath } from "node:url";
import { readCommandLine } from "./command-line.ts";
import { serve, ServeError } from "./serve.ts";

const builtSite = fileURLToPath(new URL("../../site/dist", import.meta.url));

try {
  const server = await serve(readCommandLine(process.argv.slice(2), process.env, builtSite));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void server.close());
  process.stdout.write(`Fieldbook is open at ${server.url}\n`);
} catch (error) {
  if (!(error instanceof ServeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
