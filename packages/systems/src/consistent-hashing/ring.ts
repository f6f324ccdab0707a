/**
 * The ring: Karger, Lehman, Leighton, Panigrahy, Levine, Lewin, "Consistent Hashing and Random Trees" (STOC 1997), section 4,
 * with several points a node, which Dynamo calls virtual nodes (SOSP 2007, section 4.2).
 */
import { hashText } from "@fieldbook/kernel";

const pointsPerNode = 3;

/**
 * The nodes in the order in which they follow a key on the ring, each once. The first N are its preference list (SOSP
 * 2007, section 4.3), the others are asked when these do not answer.
 */
export function ringWalk(members: readonly string[], key: number): string[] {
  const from = hashText(`key ${String(key)}`) >>> 0;
  const points = members.flatMap((node) =>
    Array.from({ length: pointsPerNode }, (_, point) => {
      const position = hashText(`${node}, point ${String(point)}`) >>> 0;
      // How far it is from the key to the point, going round.
      return { node, distance: position >= from ? position - from : position - from + 2 ** 32 };
    }),
  );
  points.sort((one, other) => one.distance - other.distance || (one.node < other.node ? -1 : 1));
  return [...new Set(points.map(({ node }) => node))];
}
