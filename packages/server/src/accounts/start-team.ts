import { Hono } from "hono";
import { createDiscussion, styleSheetsOf } from "../discussion.ts";
import { startMailing } from "../mail/start-mailing.ts";
import { openFieldbookStore } from "../open-fieldbook-store.ts";
import { openGround } from "../open-ground.ts";
import { serve } from "../serve.ts";
import type { RunningServer, ServeOptions } from "../serve.ts";
import type { Settings } from "../settings.ts";
import { accountDatabase } from "./account-tables.ts";
import { createTeam } from "./team.ts";
import type { TeamSettings } from "./team-settings.ts";

export interface Started {
  readonly server: RunningServer;
  /** Answers what is under way and closes the store. */
  stop(): Promise<void>;
}

export interface Hears {
  /** A sentence for whoever started the server. */
  tell(sentence: string): void;
  onFault(error: unknown): void;
}

/**
 * Starts the server for a team: nobody reads without an account. As long as there is no owner, each start tells the
 * secret with which the first one comes in.
 */
export async function startTeam(
  options: ServeOptions,
  settings: Settings,
  teamSettings: TeamSettings,
  { tell, onFault }: Hears,
): Promise<Started> {
  const store = await openFieldbookStore(settings);
  try {
    const siteFolder = options.folder;
    const { publicUrl } = teamSettings;
    const team = createTeam({ store, settings: teamSettings, styleSheets: styleSheetsOf(siteFolder) });
    const { identify, accounts } = team;
    const routes = new Hono();
    routes.route("/", team.routes);
    const ground = await openGround(store, siteFolder, onFault);
    const discussion = { store, ground, identify, accounts, localOnly: false, publicUrl, siteFolder, onFault };
    routes.route("/", createDiscussion(discussion));
    const secret = await team.accounts.setUp();
    const server = await serve({ ...options, discussion: routes });
    if (secret !== undefined) {
      tell(`There is no owner yet: open ${publicUrl}/invitation/ and give this invitation: ${secret}`);
    }
    const addressOf = async (id: string): Promise<string | undefined> => {
      const user = accountDatabase(store).selectFrom("user").select(["email", "shutOut"]).where("id", "=", id);
      const found = await user.executeTakeFirst();
      return found === undefined || Boolean(found.shutOut) ? undefined : found.email;
    };
    const mailing = startMailing(store, settings, { site: publicUrl, addressOf, onFault });
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
