/** A source of chance for the corpus: numbers from 0 up to, not including, 1. */
export type Chance = () => number;

/** Mulberry32 by Tommy Ettinger: small, and the same everywhere. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const pick = <Value>(values: readonly Value[], chance: Chance): Value =>
  values[Math.floor(chance() * values.length)]!;

/** Words and what an editor may put in their place. Each pair works both ways. */
const synonyms: readonly (readonly [string, string])[] = `
  begins:starts begin:start shows:reveals show:reveal often:frequently small:little large:big needs:requires
  need:require enough:sufficient whole:entire helps:assists help:assist chapter:section figure:picture quick:fast
  slow:sluggish service:application services:applications request:call requests:calls answer:reply answers:replies
  answered:replied wait:delay waits:delays machine:server machines:servers everyone:everybody someone:somebody
  nobody:no-one so:therefore but:however because:since until:till while:whilst usually:normally always:invariably
  never:at-no-time hardly:barely almost:nearly again:once-more also:likewise only:merely many:numerous few:hardly-any
  change:alteration changes:alterations fault:defect faults:defects failure:breakdown failures:breakdowns fails:breaks
  fail:break cause:reason good:sound bad:poor best:finest long:lengthy short:brief last:final first:initial
  second:further users:customers user:customer team:group teams:groups people:persons copy:replica copies:replicas
  node:member nodes:members message:packet messages:packets network:fabric store:database write:update writes:updates
  read:lookup reads:lookups value:datum old:stale new:fresh load:traffic queue:backlog queues:backlogs
  attempts:tries attempt:try tries:endeavours budget:allowance capacity:headroom limit:bound limits:bounds
  measure:gauge measured:gauged measures:gauges number:count numbers:counts time:duration minutes:mins hours:hrs
  ask:enquire asks:enquires guess:estimate look:glance says:states say:state called:named call:invoke
  means:signifies holds:keeps hold:keep keeps:retains gives:yields give:yield takes:consumes take:consume
  makes:produces make:produce turns:switches turn:switch promise:guarantee promises:guarantees order:sequence
  different:distinct same:identical higher:greater lower:lesser ends:finishes end:finish returns:comes-back
  return:come-back recover:heal recovers:heals error:mistake errors:mistakes rule:principle reason:ground
  alone:by-itself between:among above:over below:under without:lacking within:inside together:jointly
  harmless:innocent ordinary:common rare:uncommon exactly:precisely perhaps:maybe clearly:plainly
  simple:plain hard:difficult easy:simple-enough test:trial tests:trials tested:tried review:audit
  owner:keeper list:roster date:day written:noted named:listed marked:flagged`
  .trim()
  .split(/\s+/u)
  .map((pair) => pair.split(":").map((word) => word.replaceAll("-", " ")) as [string, string]);

const replacements: ReadonlyMap<string, string> = new Map([
  ...synonyms,
  ...synonyms.map(([one, other]) => [other, one] as const),
]);

const lowered = (text: string): string =>
  /^(?:I|[A-Z]{2})/u.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
const raised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const bodyOf = (sentence: string): readonly [string, string] => {
  const mark = /[.!?:…]+$/u.exec(sentence)?.[0] ?? "";
  return [sentence.slice(0, sentence.length - mark.length), mark];
};

/** Puts other words in the place of known ones, each with the given chance. */
export const swapWords = (sentence: string, share: number, chance: Chance): string =>
  sentence.replace(/\p{L}+/gu, (word) => {
    const other = replacements.get(word.toLowerCase());
    if (other === undefined || chance() >= share) return word;
    return /^\p{Lu}/u.test(word) ? raised(other) : other;
  });

/** "When it rains, it pours." becomes "It pours when it rains."; undefined without such a clause. */
export function swapClauses(sentence: string): string | undefined {
  const [body, mark] = bodyOf(sentence);
  const match = /^((?:When|If|While|As|Where|Once|With|By|In|On|At|After|Before|For) [^,:;]{4,80}), ([^:;]{8,})$/u.exec(
    body,
  );
  return match === null ? undefined : `${raised(match[2]!)} ${lowered(match[1]!)}${mark}`;
}

const openings = ["In practice,", "As a rule,", "Remember that", "Note that", "Put differently,", "For the most part,"];
const endings = [
  "as the figure makes plain",
  "at least in the runs shown here",
  "which surprises most people at first",
  "and a review should say so",
  "whatever the vendor's page claims",
];

/** Says a little more, before or after. */
export function extend(sentence: string, chance: Chance): string {
  const [body, mark] = bodyOf(sentence);
  if (chance() < 0.5) return `${pick(openings, chance)} ${lowered(body)}${mark}`;
  return `${body}, ${pick(endings, chance)}${mark}`;
}

/** Says less: without an aside, the last clause or a filling word; undefined where nothing may go. */
export function cut(sentence: string): string | undefined {
  const [body, mark] = bodyOf(sentence);
  const plainer = body
    .replace(/ \([^)]{3,60}\)/u, "")
    .replace(/\b(?:very|really|quite|often|then|just|also|even|perhaps) /u, "");
  if (plainer !== body) return plainer + mark;
  const comma = body.lastIndexOf(", ");
  return comma > body.length * 0.5 && comma > 20 ? body.slice(0, comma) + mark : undefined;
}

/** Another number; undefined without one. */
export function changeNumber(sentence: string, chance: Chance): string | undefined {
  const numbers = [...sentence.matchAll(/\d+(?:[.,]\d+)*/gu)];
  if (numbers.length === 0) return undefined;
  const { 0: number, index } = pick(numbers, chance);
  const other = String(Math.max(1, Math.round(Number(number.replaceAll(",", "")) * (chance() < 0.5 ? 0.5 : 3)) + 1));
  return sentence.slice(0, index) + other + sentence.slice(index + number.length);
}

/** The opposite; undefined where no verb takes it. */
export function negate(sentence: string): string | undefined {
  const without = sentence.replace(/\b(is|are|was|does|can|must|will|has|had) not\b/u, "$1");
  if (without !== sentence) return without;
  const negated = sentence.replace(/\b(is|are|was|were|can|must|will|should|may)\b(?! not)/u, "$1 not");
  return negated === sentence ? undefined : negated;
}

/** Other quotation marks, dashes and blanks; undefined where there are none. */
export function retype(sentence: string): string | undefined {
  const retyped = sentence
    .replace(/'/gu, "’")
    .replace(/"([^"]*)"/gu, "“$1”")
    .replace(/(\d) %/gu, "$1\u00A0%")
    .replace(/(\d)-(\d)/gu, "$1–$2")
    .replace(/…/gu, "...")
    .replace(/ (a|an) /u, "\u00A0$1 ");
  return retyped === sentence ? undefined : retyped;
}

/** Two sentences of one; undefined where it has no joint. */
export function split(sentence: string): readonly [string, string] | undefined {
  const match = /^(.{15,}?)(?:; |: |, (?:and|but|so|which is|while|because|since) )(.{15,})$/u.exec(sentence);
  return match === null ? undefined : [`${match[1]!}.`, raised(match[2]!)];
}

/** One sentence of two. */
export function merge(one: string, other: string, chance: Chance): string {
  const [body] = bodyOf(one);
  return `${body}${pick([", and ", "; ", ", so ", " – "], chance)}${lowered(other)}`;
}
