import { Hono } from "hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import type { Store } from "../../data/store.ts";
import { isOwnRequest } from "../../security/same-site.ts";
import type { RateLimiter } from "../../security/rate-limiter.ts";
import type { Html } from "../../threads/pages/html.ts";
import { layout } from "../../threads/pages/layout.ts";
import { AccountError } from "../account-error.ts";
import type { Accounts } from "../accounts.ts";
import { tokenScopes } from "../actor.ts";
import type { Actor } from "../actor.ts";
import { createApiToken, listApiTokens, revokeApiToken } from "../api-tokens.ts";
import { may } from "../permissions.ts";
import { accountPage, invitationPage, peoplePage, signInPage, signInProblems } from "./account-templates.ts";

export interface AccountPageOptions {
  readonly store: Store;
  readonly accounts: Accounts;
  readonly publicUrl: string;
  /** Whether people can come by single sign-on. */
  readonly singleSignOn: boolean;
  readonly styleSheets: readonly string[];
  /** Of attempts to sign in or to join, by address. */
  readonly attempts: RateLimiter;
  readonly addressOf: (context: Context) => string;
}

const largestFormBytes = 16 * 1024;
const text = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
const email = v.pipe(text(254), v.toLowerCase(), v.email());
const password = v.pipe(v.string(), v.maxLength(256));
const role = v.picklist(["reader", "contributor", "editor", "owner"]);
const signInForm = v.object({ email, password });
const invitationForm = v.object({ invitation: text(100), name: text(80), email, password });
const tokenForm = v.object({ name: text(80), scope: v.picklist(tokenScopes) });
const passwordForm = v.object({ current: password, next: password });
const changeForm = v.object({ change: v.union([role, v.literal("shut-out"), v.literal("new-password")]) });

type Status = 200 | 400 | 401 | 403 | 429;

/** Sign in, join, my account, people: pages and forms that work without JavaScript. */
export function accountPages(options: AccountPageOptions): Hono {
  const pages = new Hono();
  const paths = ["/sign-in/*", "/sign-out/", "/invitation/", "/account/*", "/people/*"];
  for (const path of paths) {
    pages.use(path, bodyLimit({ maxSize: largestFormBytes, onError: (context) => context.text("Too large.\n", 413) }));
    pages.use(path, async (context, next) => {
      if (!isOwnRequest(context.req.raw, options.publicUrl)) {
        return context.text("This came from a page of another site.\n", 403);
      }
      return next();
    });
  }
  doorRoutes(pages, options);
  if (options.singleSignOn) singleSignOnRoutes(pages, options);
  ownRoutes(pages, options);
  peopleRoutes(pages, options);
  return pages;
}

function show(context: Context, options: AccountPageOptions, title: string, main: Html, status: Status = 200) {
  context.header("Cache-Control", "no-store");
  return context.html(layout({ title, styleSheets: options.styleSheets }, main).text, status);
}

/** Sends on to an address, with the cookies that were set. */
function goOn(context: Context, headers: Headers | undefined, address: string): Response {
  for (const cookie of headers?.getSetCookie() ?? []) context.header("Set-Cookie", cookie, { append: true });
  return context.redirect(address, 303);
}

async function form<Schema extends v.GenericSchema>(context: Context, schema: Schema) {
  const fields = await context.req.parseBody();
  const isText = Object.values(fields).every((value) => typeof value === "string" && !value.includes("\0"));
  return v.safeParse(schema, isText ? fields : undefined);
}

/** Slows who guesses: the answer to an attempt too many, or undefined. */
function tooMany(context: Context, { attempts, addressOf }: AccountPageOptions): Response | undefined {
  const seconds = attempts.take(addressOf(context));
  if (seconds === 0) return undefined;
  return context.text(`Too many attempts: try again in ${String(seconds)} s.\n`, 429, {
    "Retry-After": String(seconds),
  });
}

function doorRoutes(pages: Hono, options: AccountPageOptions): void {
  const { accounts } = options;
  pages.get("/sign-in/", (context) => {
    const error = context.req.query("error");
    const problem =
      error === undefined ? undefined : (signInProblems[error] ?? "Signing in with your organisation did not work.");
    return show(context, options, "Sign in", signInPage(options.singleSignOn, problem));
  });
  pages.post("/sign-in/", async (context) => {
    const refused = tooMany(context, options);
    if (refused !== undefined) return refused;
    const read = await form(context, signInForm);
    const given = read.success ? read.output : { email: "", password: "" };
    const headers = await accounts.signIn(given.email, given.password, context.req.raw.headers);
    if (headers !== undefined) return goOn(context, headers, "/");
    return show(
      context,
      options,
      "Sign in",
      signInPage(options.singleSignOn, "The address or the password is wrong."),
      401,
    );
  });
  pages.post("/sign-out/", async (context) => {
    // Pages and drafts that the browser kept are nobody's business after this.
    context.header("Clear-Site-Data", '"cache", "storage"');
    return goOn(context, await accounts.signOut(context.req.raw.headers), "/sign-in/");
  });
  pages.get("/invitation/", (context) => show(context, options, "Join", invitationPage()));
  pages.post("/invitation/", async (context) => {
    const refused = tooMany(context, options);
    if (refused !== undefined) return refused;
    const read = await form(context, invitationForm);
    if (!read.success) return show(context, options, "Join", invitationPage("Fill in every field."), 400);
    const { invitation, ...person } = read.output;
    try {
      return goOn(context, await accounts.accept(invitation, person, context.req.raw.headers), "/");
    } catch (error) {
      if (!(error instanceof AccountError)) throw error;
      return show(context, options, "Join", invitationPage(error.message), 400);
    }
  });
}

/** It begins with a link: after a form, `form-action` would not let the browser go on to the provider. */
function singleSignOnRoutes(pages: Hono, { accounts }: AccountPageOptions): void {
  pages.get("/sign-in/oidc/", async (context) => {
    const start = await accounts.startSingleSignOn(context.req.raw.headers);
    if (start === undefined) return context.text("The provider of single sign-on does not answer.\n", 502);
    for (const cookie of start.headers.getSetCookie()) context.header("Set-Cookie", cookie, { append: true });
    return context.redirect(start.address, 303);
  });
  pages.get("/api/auth/callback/oidc", (context) => accounts.finishSingleSignOn(context.req.raw));
}

type Handle = (context: Context, actor: Actor) => Promise<Response>;

/** Only a session opens these pages: a token for the API must not make further tokens. */
const withActor = (options: AccountPageOptions, handle: Handle) => async (context: Context) => {
  const actor = await options.accounts.identify(context.req.raw.headers);
  if (actor === undefined) return context.redirect("/sign-in/", 303);
  return handle(context, actor);
};

function ownRoutes(pages: Hono, options: AccountPageOptions): void {
  const { store, accounts } = options;
  const overview = async (context: Context, actor: Actor, newToken?: string, wrong?: string): Promise<Response> => {
    const sessions = await accounts.listSessions(actor);
    const tokens = await listApiTokens(store, actor);
    const page = accountPage({ actor, sessions, tokens, newToken, wrong });
    return show(context, options, "My account", page, wrong === undefined ? 200 : 400);
  };
  pages.get(
    "/account/",
    withActor(options, (context, actor) => overview(context, actor)),
  );
  pages.post(
    "/account/password",
    withActor(options, async (context, actor) => {
      const refused = tooMany(context, options);
      if (refused !== undefined) return refused;
      const read = await form(context, passwordForm);
      if (!read.success) return context.text("Give the present password and the new one.\n", 400);
      const { current, next } = read.output;
      try {
        const headers = await accounts.changePassword(actor, current, next, context.req.raw.headers);
        return goOn(context, headers, "/account/");
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        return overview(context, actor, undefined, error.message);
      }
    }),
  );
  pages.post(
    "/account/sessions/:id/revoke",
    withActor(options, async (context, actor) => {
      await accounts.revokeSession(actor, context.req.param("id") ?? "");
      return context.redirect("/account/", 303);
    }),
  );
  pages.post(
    "/account/tokens",
    withActor(options, async (context, actor) => {
      const read = await form(context, tokenForm);
      if (!read.success) return context.text("A token has a name and a scope: read, write or manage.\n", 400);
      try {
        return await overview(context, actor, await createApiToken(store, actor, read.output));
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        return overview(context, actor, undefined, error.message);
      }
    }),
  );
  pages.post(
    "/account/tokens/:id/revoke",
    withActor(options, async (context, actor) => {
      await revokeApiToken(store, actor, context.req.param("id") ?? "");
      return context.redirect("/account/", 303);
    }),
  );
}

function peopleRoutes(pages: Hono, options: AccountPageOptions): void {
  const { accounts } = options;
  const asOwner = (handle: Handle) =>
    withActor(options, async (context, actor) => {
      if (!may(actor, "manage-people")) return context.text("This needs the role of owner.\n", 403);
      return handle(context, actor);
    });
  const list = async (context: Context, secret?: string, wrong?: string): Promise<Response> => {
    const page = peoplePage(await accounts.listPeople(), await accounts.listInvitations(), secret, wrong);
    return show(context, options, "People", page, wrong === undefined ? 200 : 400);
  };
  pages.get(
    "/people/",
    asOwner((context) => list(context)),
  );
  pages.post(
    "/people/invitations",
    asOwner(async (context, actor) => {
      const read = await form(context, v.object({ role }));
      if (!read.success) return list(context, undefined, "Choose a role.");
      return list(context, await accounts.invite(actor, read.output.role));
    }),
  );
  pages.post(
    "/people/invitations/:id/revoke",
    asOwner(async (context, actor) => {
      await accounts.revokeInvitation(actor, context.req.param("id") ?? "");
      return context.redirect("/people/", 303);
    }),
  );
  pages.post(
    "/people/:id",
    asOwner(async (context, actor) => {
      const read = await form(context, changeForm);
      if (!read.success) return list(context, undefined, "Choose a role.");
      try {
        const { change } = read.output;
        const id = context.req.param("id") ?? "";
        if (change === "new-password") return await list(context, await accounts.offerNewPassword(actor, id));
        await accounts.changePerson(actor, id, change);
        return context.redirect("/people/", 303);
      } catch (error) {
        if (!(error instanceof AccountError)) throw error;
        return list(context, undefined, error.message);
      }
    }),
  );
}
