import { markup } from "../../threads/pages/html.ts";
import type { Html } from "../../threads/pages/html.ts";
import type { OpenInvitation, SessionSummary, TeamPerson } from "../accounts.ts";
import { tokenScopes } from "../actor.ts";
import type { Actor } from "../actor.ts";
import type { ApiTokenSummary } from "../api-tokens.ts";
import { may } from "../permissions.ts";

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const wrongNote = (wrong: string | undefined): Html | false =>
  wrong !== undefined && markup`<p class="threads-wrong" role="alert">${wrong}</p>`;

/** Why single sign-on brought nobody in, by what stands in the address. */
export const signInProblems: Readonly<Record<string, string>> = {
  account_not_linked: "There is an account with your address that has a password: sign in with that, or ask an owner.",
  shut_out: "This account was shut out: ask an owner.",
};

export const signInPage = (singleSignOn: boolean, wrong?: string): Html =>
  markup`<h1>Sign in</h1>${wrongNote(wrong)}
    <form class="threads-form" method="post" action="/sign-in/">
      <label>E-mail <input name="email" type="email" autocomplete="username" required maxlength="254" /></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="256" /></label>
      <button>Sign in</button>
    </form>
    ${singleSignOn && markup`<p><a href="/sign-in/oidc/">Sign in with your organisation</a></p>`}`;

export const invitationPage = (wrong?: string): Html =>
  markup`<h1>Join the handbook</h1>${wrongNote(wrong)}
    <form class="threads-form" method="post" action="/invitation/">
      <label>Invitation <input name="invitation" autocomplete="off" required maxlength="100" /></label>
      <label>Name <input name="name" autocomplete="name" required maxlength="80" /></label>
      <label>E-mail <input name="email" type="email" autocomplete="username" required maxlength="254" /></label>
      <label>Password, 12 characters or more
        <input name="password" type="password" autocomplete="new-password" required minlength="12" maxlength="256" /></label>
      <button>Join</button>
    </form>`;

export interface AccountView {
  readonly actor: Actor;
  readonly sessions: readonly SessionSummary[];
  readonly tokens: readonly ApiTokenSummary[];
  /** A token that was just made: shown this once. */
  readonly newToken?: string | undefined;
  /** What was wrong with a change of the password. */
  readonly wrong?: string | undefined;
}

export const accountPage = ({ actor, sessions, tokens, newToken, wrong }: AccountView): Html =>
  markup`<h1>${actor.name}</h1><p>Your role: ${actor.role}.</p>
    <form method="post" action="/sign-out/"><button>Sign out</button></form>
    <h2>Password</h2>${wrongNote(wrong)}
    <form class="threads-form" method="post" action="/account/password">
      <label>Present password
        <input name="current" type="password" autocomplete="current-password" required maxlength="256" /></label>
      <label>New password, 12 characters or more
        <input name="next" type="password" autocomplete="new-password" required minlength="12" maxlength="256" /></label>
      <button>Change it, end other sessions and revoke all tokens</button>
    </form>
    <h2>Sessions</h2>
    <ul class="threads-list">${sessions.map(
      ({ id, browser, since }) =>
        markup`<li><form class="threads-row" method="post" action="/account/sessions/${id}/revoke">
          <span>${day(since)} ${browser || "unknown browser"}</span><button>End</button></form></li>`,
    )}</ul>
    <h2>Tokens for the API</h2>
    ${newToken !== undefined && markup`<p role="status">Copy it now, it is not shown again: <code>${newToken}</code></p>`}
    <ul class="threads-list">${tokens.map(
      ({ id, name, prefix, scope, usedAt }) =>
        markup`<li><form class="threads-row" method="post" action="/account/tokens/${id}/revoke">
          <span>${name} (${prefix}…), to ${scope}, ${usedAt === null ? "never used" : `last used ${day(usedAt)}`}</span>
          <button>Revoke</button></form></li>`,
    )}</ul>
    <form class="threads-form" method="post" action="/account/tokens">
      <label>Name <input name="name" required maxlength="80" /></label>
      <label>Scope <select name="scope">${tokenScopes.filter((scope) => scope !== "manage" || may(actor, "manage-people")).map((scope) => markup`<option>${scope}</option>`)}</select></label>
      <button>Make a token</button>
    </form>
    ${actor.role === "owner" && markup`<p><a href="/people/">People</a> · <a href="/operations/">Operations</a></p>`}`;

const roles = ["reader", "contributor", "editor", "owner"] as const;

export const peoplePage = (
  people: readonly TeamPerson[],
  open: readonly OpenInvitation[],
  secret?: string,
  wrong?: string,
): Html =>
  markup`<h1>People</h1>${wrongNote(wrong)}
    ${
      secret !== undefined &&
      markup`<p role="status">Send this invitation, with the address of the page where it is used (/invitation/).
        It is for one person, within seven days: <code>${secret}</code></p>`
    }
    <ul class="threads-list">${people.map(
      ({ id, name, email, role, shutOut }) =>
        markup`<li><form class="threads-row" method="post" action="/people/${id}">
          <span>${name}, ${email}: ${shutOut ? "shut out" : role}</span>
          <select name="change" aria-label="Change ${name}">${[...roles, "shut-out", "new-password"].map((each) =>
            each === (shutOut ? "shut-out" : role)
              ? markup`<option selected>${each}</option>`
              : markup`<option>${each}</option>`,
          )}</select><button>Change</button></form></li>`,
    )}</ul>
    ${
      open.length > 0 &&
      markup`<h2>Open invitations</h2><ul class="threads-list">${open.map(
        ({ id, role, expiresAt }) =>
          markup`<li><form class="threads-row" method="post" action="/people/invitations/${id}/revoke">
          <span>${role.startsWith("new-password") ? "new password" : role}, until ${day(expiresAt)}</span><button>Revoke</button></form></li>`,
      )}</ul>`
    }
    <h2>Invite</h2>
    <form class="threads-form" method="post" action="/people/invitations">
      <label>Role <select name="role">${roles.map((role) => markup`<option>${role}</option>`)}</select></label>
      <button>Make an invitation</button>
    </form>`;
