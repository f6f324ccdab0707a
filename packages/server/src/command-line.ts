import { parseArgs } from "node:util";
import { defaultPort, ServeError } from "./serve.ts";
import type { ServeOptions } from "./serve.ts";

/**
 * Reads `--folder`, `--port` and `--host`, and the port from the environment when the option is absent.
 *
 * @throws ServeError naming what is wrong
 */
export function readCommandLine(
  commandLine: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  defaultFolder: string,
): ServeOptions {
  const { folder = defaultFolder, host = "127.0.0.1", port } = parse(commandLine);
  return { folder, host, port: readPort(port ?? (environment["PORT"] || String(defaultPort))) };
}

function parse(commandLine: readonly string[]): { folder?: string; host?: string; port?: string } {
  const text = { type: "string" } as const;
  try {
    return parseArgs({ args: [...commandLine], options: { folder: text, port: text, host: text } }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServeError(`${why.split(". ")[0] ?? why}; the options are --folder, --port and --host.`);
  }
}

function readPort(asked: string): number {
  const port = Number(asked);
  if (/^\d{1,5}$/.test(asked) && port <= 65_535) return port;
  throw new ServeError(`A port is a whole number from 0 to 65535, and this is "${asked}": try PORT=4322 npm start.`);
}
