/** Who is on the ring: DeCandia et al., "Dynamo" (SOSP 2007), section 4.8.1: explicit changes, spread by gossip. */

/** How often a node was added or removed, and whether it is there now. */
export interface Membership {
  readonly version: number;
  readonly present: boolean;
}

export type Members = Map<string, Membership>;
export type SentMembers = readonly (readonly [node: string, version: number, present: boolean])[];

export const presentOf = (members: Members): string[] =>
  [...members.keys()].filter((node) => members.get(node)!.present).toSorted();

export const sentMembers = (members: Members): SentMembers =>
  [...members.keys()].toSorted().map((node) => {
    const { version, present } = members.get(node)!;
    return [node, version, present] as const;
  });

/** Of each node the later change counts; of an addition and a removal at the same time the addition. */
export function mergeMembers(members: Members, theirs: SentMembers): void {
  for (const [node, version, present] of theirs) {
    const ours = members.get(node);
    const later =
      ours === undefined || version > ours.version || (version === ours.version && present && !ours.present);
    if (later) members.set(node, { version, present });
  }
}
