import * as v from "valibot";
import { route } from "../api/route.ts";
import type { Route } from "../api/route.ts";
import { AccountError } from "./account-error.ts";
import type { Accounts } from "./accounts.ts";
import { tokenScopes } from "./actor.ts";
import type { Actor } from "./actor.ts";
import { createApiToken, listApiTokens, revokeApiToken } from "./api-tokens.ts";

const id = v.pipe(
  v.string("an id is expected"),
  v.nonEmpty("an id is expected"),
  v.maxLength(100, "an id is expected"),
);
const idParams = v.object({ id });
const roles = ["reader", "contributor", "editor", "owner"] as const;
const role = v.picklist(roles, `one of ${roles.join(", ")} is expected`);
const scope = v.picklist(tokenScopes, "read, write or manage is expected");
const time = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(
  v.string("a text is expected"),
  v.regex(/\S/, "it may not be empty"),
  v.maxLength(80, "at most 80 characters are expected"),
);

const meAnswer = v.strictObject({ id: v.string(), name: v.string(), role, scope: v.nullable(scope) });
const sessionsAnswer = v.strictObject({
  sessions: v.array(v.strictObject({ id: v.string(), browser: v.string(), since: time })),
});
const tokensAnswer = v.strictObject({
  tokens: v.array(
    v.strictObject({
      id: v.string(),
      name: v.string(),
      prefix: v.string(),
      scope,
      since: time,
      usedAt: v.nullable(time),
    }),
  ),
});
const peopleAnswer = v.strictObject({
  people: v.array(v.strictObject({ id: v.string(), name: v.string(), email: v.string(), role, shutOut: v.boolean() })),
});
const invitationsAnswer = v.strictObject({
  invitations: v.array(v.strictObject({ id: v.string(), role: v.string(), expiresAt: time })),
});
/** Shown this once. */
const secretAnswer = v.strictObject({ secret: v.string() });
const personChange = v.strictObject({
  change: v.picklist([...roles, "shut-out"], `${roles.join(", ")} or shut-out is expected`),
});

/** These routes have a role, so that there is always somebody who asks. */
function whoever(actor: Actor | undefined): Actor {
  if (actor === undefined) throw new AccountError("Sign in first.", "not-allowed");
  return actor;
}

/** Accounts of a team for scripts. What begins a session or gives a password is left to the pages, where a person is. */
export const accountRoutes = (accounts: Accounts): readonly Route[] => [
  ...aboutOneself(accounts),
  ...aboutTokens(),
  ...aboutPeople(accounts),
  ...aboutInvitations(accounts),
];

const aboutOneself = (accounts: Accounts): readonly Route[] => [
  route({
    name: "readMe",
    method: "GET",
    path: "/account",
    summary: "Who asks: name, role, and the scope of the token",
    needs: "reader",
    status: 200,
    answer: meAnswer,
    handle: async ({ actor }) => {
      const me = whoever(actor);
      return { status: 200, body: { id: me.id, name: me.name, role: me.role, scope: me.scope ?? null } };
    },
  }),
  route({
    name: "listSessions",
    method: "GET",
    path: "/account/sessions",
    summary: "One's own sessions, the newest first",
    needs: "reader",
    manages: true,
    status: 200,
    answer: sessionsAnswer,
    handle: async ({ actor }) => ({ status: 200, body: { sessions: await accounts.listSessions(whoever(actor)) } }),
  }),
  route({
    name: "revokeSession",
    method: "DELETE",
    path: "/account/sessions/:id",
    summary: "Ends one of one's own sessions",
    needs: "reader",
    manages: true,
    params: idParams,
    status: 200,
    answer: sessionsAnswer,
    handle: async ({ actor, params }) => {
      await accounts.revokeSession(whoever(actor), params.id);
      return { status: 200, body: { sessions: await accounts.listSessions(whoever(actor)) } };
    },
  }),
];

const aboutTokens = (): readonly Route[] => [
  route({
    name: "listTokens",
    method: "GET",
    path: "/account/tokens",
    summary: "One's own tokens, without their secrets",
    needs: "reader",
    manages: true,
    status: 200,
    answer: tokensAnswer,
    handle: async ({ store, actor }) => ({ status: 200, body: { tokens: await listApiTokens(store, whoever(actor)) } }),
  }),
  route({
    name: "createToken",
    method: "POST",
    path: "/account/tokens",
    summary: "Makes a token, which is shown this once",
    needs: "reader",
    manages: true,
    body: v.strictObject({ name, scope }),
    status: 201,
    answer: secretAnswer,
    handle: async ({ store, actor, body }) => ({
      status: 201,
      body: { secret: await createApiToken(store, whoever(actor), body) },
    }),
  }),
  route({
    name: "revokeToken",
    method: "DELETE",
    path: "/account/tokens/:id",
    summary: "Revokes one of one's own tokens",
    needs: "reader",
    manages: true,
    params: idParams,
    status: 200,
    answer: tokensAnswer,
    handle: async ({ store, actor, params }) => {
      await revokeApiToken(store, whoever(actor), params.id);
      return { status: 200, body: { tokens: await listApiTokens(store, whoever(actor)) } };
    },
  }),
];

const aboutPeople = (accounts: Accounts): readonly Route[] => [
  route({
    name: "listPeople",
    method: "GET",
    path: "/people",
    summary: "The people of the handbook with their roles",
    needs: "owner",
    manages: true,
    status: 200,
    answer: peopleAnswer,
    handle: async () => ({ status: 200, body: { people: await accounts.listPeople() } }),
  }),
  route({
    name: "changePerson",
    method: "PATCH",
    path: "/people/:id",
    summary: "Gives a person another role, or shuts them out",
    needs: "owner",
    manages: true,
    params: idParams,
    body: personChange,
    status: 200,
    answer: peopleAnswer,
    handle: async ({ actor, params, body }) => {
      await accounts.changePerson(whoever(actor), params.id, body.change);
      return { status: 200, body: { people: await accounts.listPeople() } };
    },
  }),
  route({
    name: "offerNewPassword",
    method: "POST",
    path: "/people/:id/new-password",
    summary: "Makes a secret with which a person gives themselves a new password at /invitation/",
    needs: "owner",
    manages: true,
    params: idParams,
    status: 201,
    answer: secretAnswer,
    handle: async ({ actor, params }) => ({
      status: 201,
      body: { secret: await accounts.offerNewPassword(whoever(actor), params.id) },
    }),
  }),
];

const aboutInvitations = (accounts: Accounts): readonly Route[] => [
  route({
    name: "listInvitations",
    method: "GET",
    path: "/invitations",
    summary: "Invitations that nobody has used yet, the newest first",
    needs: "owner",
    manages: true,
    status: 200,
    answer: invitationsAnswer,
    handle: async () => ({ status: 200, body: { invitations: await accounts.listInvitations() } }),
  }),
  route({
    name: "invite",
    method: "POST",
    path: "/invitations",
    summary: "Makes an invitation for one person, within seven days; its secret is shown this once",
    needs: "owner",
    manages: true,
    body: v.strictObject({ role }),
    status: 201,
    answer: secretAnswer,
    handle: async ({ actor, body }) => ({
      status: 201,
      body: { secret: await accounts.invite(whoever(actor), body.role) },
    }),
  }),
  route({
    name: "revokeInvitation",
    method: "DELETE",
    path: "/invitations/:id",
    summary: "Voids an invitation that nobody has used yet",
    needs: "owner",
    manages: true,
    params: idParams,
    status: 200,
    answer: invitationsAnswer,
    handle: async ({ actor, params }) => {
      await accounts.revokeInvitation(whoever(actor), params.id);
      return { status: 200, body: { invitations: await accounts.listInvitations() } };
    },
  }),
];
