import { createAdaptorServer } from "@hono/node-server";
import type { Hono, MiddlewareHandler } from "hono";
import { existsSync } from "node:fs";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createApp } from "./app.ts";

export interface ServeOptions {
  /** The built site. */
  readonly folder: string;
  /** 0 takes any free port. Default: 4321. */
  readonly port?: number;
  /** Default: 127.0.0.1, so that only this machine is answered. */
  readonly host?: string;
  /** What people say about the book; see discussion.ts. */
  readonly discussion?: Hono;
  /** Hears of every request; see operations/observe.ts. */
  readonly observing?: MiddlewareHandler;
}

export interface RunningServer {
  /** What to open: "http://127.0.0.1:4321/". */
  readonly url: string;
  /** Answers what is under way, for two seconds at most, and stops. */
  close(): Promise<void>;
}

/** The site can not be served; the message is one sentence with the mend. */
export class ServeError extends Error {
  override readonly name = "ServeError";
}

export const defaultPort = 4321;
const largestPort = 65_535;
const closeWithinMs = 2_000;

/**
 * Serves a built site.
 *
 * @throws ServeError when there is no site in the folder or the port can not be opened
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { folder, port = defaultPort, host = "127.0.0.1" } = options;
  if (!existsSync(join(folder, "index.html"))) {
    throw new ServeError(`There is no built handbook in ${folder}: build it with npm run build -w packages/site.`);
  }
  const app = createApp(folder, options.discussion, options.observing);
  const underWay = new Map<Promise<Response>, ServerResponse>();
  let closing = false;
  const server = createAdaptorServer({
    fetch: (request, environment) => {
      const outgoing = environment.outgoing as ServerResponse;
      if (closing) outgoing.shouldKeepAlive = false;
      const answer = Promise.resolve(app.fetch(request, environment)).finally(() => underWay.delete(answer));
      underWay.set(answer, outgoing);
      return answer;
    },
  }) as Server;
  await listen(server, port, host);
  const { port: opened } = server.address() as AddressInfo;
  const closeAll = async (): Promise<void> => {
    closing = true;
    // A client that is told nothing would go on with the next request on the connection it has.
    for (const outgoing of underWay.values()) outgoing.shouldKeepAlive = false;
    await close(server);
    // A request whose connection was cut is still being worked on: what it needs must not be closed beneath it.
    await Promise.allSettled(underWay.keys());
  };
  return { url: `http://${host}:${String(opened)}/`, close: closeAll };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const other = port < largestPort ? port + 1 : defaultPort;
      const why = error.code === "EADDRINUSE" ? "is taken" : `can not be opened (${error.code ?? error.message})`;
      reject(
        new ServeError(
          `Port ${String(port)} ${why}: stop the program that uses it, or choose another with PORT=${String(other)} npm start.`,
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), closeWithinMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
