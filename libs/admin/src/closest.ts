/** How many letters must be put in, taken out or changed to make one word the other (Levenshtein). */
const distance = (one: string, other: string): number => {
  const against = Array.from(other);
  const start = Array.from({ length: against.length + 1 }, (_, index) => index);
  const last = Array.from(one).reduce((row, letter, above) => {
    const next = [above + 1];
    against.forEach((counterpart, index) => {
      const swap = (row[index] ?? 0) + (letter === counterpart ? 0 : 1);
      next.push(Math.min(swap, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    });
    return next;
  }, start);
  return last[against.length] ?? 0;
};

/** The beginning of a longer name, or its end, be it in the plural. */
const isPartOf = (wanted: string, name: string): boolean =>
  name.startsWith(wanted) || name.endsWith(`_${wanted.replace(/s$/, '')}`);

/** The known word that somebody who wrote `word` most likely meant; undefined where none is near. */
export const closest = (word: string, known: readonly string[]): string | undefined => {
  if (word.length > 100) return undefined;
  const wanted = word.toLowerCase().replace(/[-\s]/g, '_');
  const [best] = known
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ name, far }) => far <= Math.max(2, Math.floor(name.length / 3)) || isPartOf(wanted, name))
    .sort((one, other) => one.far - other.far);
  return best?.name;
};
