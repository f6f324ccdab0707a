import { fileURLToPath } from "node:url";
import { localPerson } from "./accounts/actor.ts";
import { startTeam } from "./accounts/start-team.ts";
import { readTeamSettings } from "./accounts/team-settings.ts";
import { readCommandLine } from "./command-line.ts";
import { StoreError } from "./data/store-error.ts";
import { openFieldbookStore } from "./open-fieldbook-store.ts";
import type { Store } from "./data/store.ts";
import { openGround } from "./open-ground.ts";
import { createDiscussion } from "./discussion.ts";
import { startMailing } from "./mail/start-mailing.ts";
import { serve, ServeError } from "./serve.ts";
import type { RunningServer, ServeOptions } from "./serve.ts";
import { readSettings, SettingsError } from "./settings.ts";
import type { Settings } from "./settings.ts";

const builtSite = fileURLToPath(new URL("../../site/dist", import.meta.url));
const thisMachine = new Set(["127.0.0.1", "localhost", "::1"]);

const tell = (text: string): void => void process.stderr.write(`${text}\n`);
const onFault = (error: unknown): void => tell(error instanceof Error ? (error.stack ?? error.message) : String(error));

/** Without accounts the discussion belongs to the person at this machine, and is for nobody else. */
async function start(
  options: ServeOptions,
  settings: Settings,
): Promise<{ server: RunningServer; stop(): Promise<void> }> {
  const team = readTeamSettings(process.env, settings.publicUrl);
  if (team !== undefined) return startTeam(options, settings, team, { tell, onFault });
  if (!thisMachine.has(options.host ?? "127.0.0.1")) {
    tell("Discussion is left out: without accounts it is for this machine only.");
    const server = await serve(options);
    return { server, stop: () => server.close() };
  }
  const store: Store = await openFieldbookStore(settings);
  try {
    const { publicUrl } = settings;
    const identify = async () => localPerson;
    const ground = await openGround(store, options.folder, onFault);
    const about = { store, ground, identify, localOnly: true, publicUrl, siteFolder: options.folder, onFault };
    const server = await serve({ ...options, discussion: createDiscussion(about) });
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

try {
  const options = readCommandLine(process.argv.slice(2), process.env, builtSite);
  const { server, stop } = await start(options, readSettings(process.env));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void stop());
  process.stdout.write(`Fieldbook is open at ${server.url}\n`);
} catch (error) {
  if (!(error instanceof ServeError || error instanceof StoreError || error instanceof SettingsError)) throw error;
  tell(error.message);
  process.exitCode = 1;
}
