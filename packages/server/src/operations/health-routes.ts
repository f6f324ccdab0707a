import { Hono } from "hono";
import type { Store } from "../data/store.ts";

const answerWithinMs = 2_000;

/** `/healthz`: the process answers. `/readyz`: so does the database, and requests may be sent here. */
export function healthRoutes(store: Pick<Store, "ping">): Hono {
  const routes = new Hono();
  routes.get("/healthz", (context) => context.text("ok\n", 200, { "Cache-Control": "no-store" }));
  routes.get("/readyz", async (context) => {
    const ready = await answers(store);
    context.header("Cache-Control", "no-store");
    return ready ? context.text("ready\n") : context.text("The database does not answer.\n", 503);
  });
  return routes;
}

function answers(store: Pick<Store, "ping">): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), answerWithinMs);
    store
      .ping()
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer));
  });
}
