/** A depth of reading, never a different truth. */
export const lenses = ["engineer", "manager", "executive"] as const;
export type Lens = (typeof lenses)[number];

export const isLens = (text: string | null | undefined): text is Lens => lenses.some((lens) => lens === text);
