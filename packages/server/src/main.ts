import { Hono } from "hono";
import { fileURLToPath } from "node:url";
import { localPerson } from "./accounts/actor.ts";
import { readTeamSettings } from "./accounts/team-settings.ts";
import type { TeamSettings } from "./accounts/team-settings.ts";
import { readCommandLine } from "./command-line.ts";
import { StoreError } from "./data/store-error.ts";
import { openFieldbookStore } from "./open-fieldbook-store.ts";
import type { Store } from "./data/store.ts";
import { openGround } from "./open-ground.ts";
import { createDiscussion } from "./discussion.ts";
import { startMailing } from "./mail/start-mailing.ts";
import { healthRoutes } from "./operations/health-routes.ts";
import { createLog, readLogFormat } from "./operations/log.ts";
import type { Log } from "./operations/log.ts";
import { observe } from "./operations/observe.ts";
import { readTelemetrySettings, startTelemetry } from "./operations/telemetry.ts";
import { serve, ServeError } from "./serve.ts";
import type { RunningServer, ServeOptions } from "./serve.ts";
import { readSettings, SettingsError } from "./settings.ts";
import type { Settings } from "./settings.ts";

const builtSite = fileURLToPath(new URL("../../site/dist", import.meta.url));
const thisMachine = new Set(["127.0.0.1", "localhost", "::1"]);

interface Started {
  readonly server: RunningServer;
  stop(): Promise<void>;
}

/** Without accounts the discussion belongs to the person at this machine, and is for nobody else. */
async function start(
  options: ServeOptions,
  settings: Settings,
  team: TeamSettings | undefined,
  { tell, fault: onFault }: Log,
): Promise<Started> {
  if (team !== undefined) {
    // What accounts need is loaded with them.
    const { startTeam } = await import("./accounts/start-team.ts");
    return startTeam(options, settings, team, { tell, onFault });
  }
  if (!thisMachine.has(options.host ?? "127.0.0.1")) {
    tell("Discussion is left out: without accounts it is for this machine only.");
    const server = await serve({ ...options, discussion: healthRoutes({ ping: async () => {} }) });
    return { server, stop: () => server.close() };
  }
  const store: Store = await openFieldbookStore(settings);
  try {
    const { publicUrl } = settings;
    const identify = async () => localPerson;
    const ground = await openGround(store, options.folder, onFault);
    const about = { store, ground, identify, localOnly: true, publicUrl, siteFolder: options.folder, onFault };
    const routes = new Hono();
    routes.route("/", healthRoutes(store));
    routes.route("/", createDiscussion(about));
    const server = await serve({ ...options, discussion: routes });
    const mailing = startMailing(store, settings, { site: publicUrl ?? server.url.replace(/\/$/, ""), onFault });
    return {
      server,
      stop: async () => {
        await server.close();
        await ground.idle;
        await mailing.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const onStandardError = (line: string): void => void process.stderr.write(line);

try {
  const options = readCommandLine(process.argv.slice(2), process.env, builtSite);
  const settings = readSettings(process.env);
  const team = readTeamSettings(process.env, settings.publicUrl);
  const log = createLog(readLogFormat(process.env) ?? (team === undefined ? "off" : "json"), onStandardError);
  const telemetrySettings = readTelemetrySettings(process.env);
  const telemetry = telemetrySettings === undefined ? undefined : await startTelemetry(telemetrySettings);
  const observed = telemetry === undefined ? settings : { ...settings, onQuery: telemetry.query };
  const { server, stop } = await start({ ...options, observing: observe(log, telemetry) }, observed, team, log);
  const end = async (): Promise<void> => {
    await stop();
    await telemetry?.close();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void end());
  process.stdout.write(`Fieldbook is open at ${server.url}\n`);
} catch (error) {
  if (!(error instanceof ServeError || error instanceof StoreError || error instanceof SettingsError)) throw error;
  onStandardError(`${error.message}\n`);
  process.exitCode = 1;
}
