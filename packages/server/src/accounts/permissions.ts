import type { Actor, Role } from "./actor.ts";

/** Something that not everybody may do. */
export type Permission =
  | "read"
  | "post"
  | "edit-own"
  | "moderate"
  | "settle"
  | "invite"
  | "manage-people"
  | "read-audit";

/** The whole of who may do what. "edit-own" says that one may edit what is one's own; whose it is, the caller knows. */
export const permissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  reader: new Set<Permission>(["read"]),
  contributor: new Set<Permission>(["read", "post", "edit-own"]),
  editor: new Set<Permission>(["read", "post", "edit-own", "moderate", "settle"]),
  owner: new Set<Permission>([
    "read",
    "post",
    "edit-own",
    "moderate",
    "settle",
    "invite",
    "manage-people",
    "read-audit",
  ]),
};

/** Whether somebody may do it. A stranger may do nothing: a team's handbook is private. */
export function may(actor: Actor | undefined, permission: Permission): boolean {
  return actor !== undefined && permissions[actor.role].has(permission);
}
