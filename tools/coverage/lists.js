const each = (text) => String(text).split(/, */);

/** The sections of a list: `2.1-2.3` is three of them. */
export const sectionsOf = (text) =>
  each(text).flatMap((one) => {
    const [, first, last] = /^([\d.]+)-([\d.]+)$/.exec(one) ?? [];
    if (first === undefined) return [one];
    const [, above, from] = /^(.*?)(\d+)$/.exec(first);
    const count = Number(last.slice(above.length)) - Number(from) + 1;
    return Array.from({ length: count }, (_, at) => `${above}${Number(from) + at}`);
  });

/** Is this that section, or a part of it? */
export const under = (above) => (section) => section === above || (section ?? '').startsWith(`${above}.`);
const left = ({ notClaimed = {}, asksNothing = {} }) => [
  ...Object.keys(notClaimed),
  ...Object.values(asksNothing).flatMap(sectionsOf),
];
/** A section as texts have it. */
export const label = (section) => (section.startsWith('Appendix') ? section : `§${section}`);

/** A chapter asks nothing of its own: its parts do. */
const isChapterOf = (sections) => (one) => sections.some((section) => section.startsWith(`${one}.`));

/** A line for each section of a table of contents that stands in no list. */
export const unlisted = (claims, contents) =>
  Object.entries(contents).flatMap(([name, all]) => {
    const { sections = {} } = claims[name] ?? {};
    const [claimed, others] = [Object.keys(sections), left(claims[name] ?? {})];
    const isListed = (one) =>
      claimed.includes(one) || others.some((above) => under(above)(one)) || isChapterOf([...claimed, ...others])(one);
    return sectionsOf(all)
      .filter((one) => !isListed(one))
      .map((one) => `${name} ${label(one)} is in the table of contents and in no list of claims.yaml`);
  });

const faultOf = ({ specification, section }, claims) => {
  const known = claims[specification];
  if (!known) return `${specification} is cited, and not in claims.yaml`;
  if (known.citedFor !== undefined || section === undefined) return undefined;
  const listed = [...Object.keys(known.sections), ...left(known)];
  const isListed = listed.some((above) => under(above)(section)) || isChapterOf(listed)(section);
  return isListed ? undefined : `${specification} ${label(section)} is cited, and in no list of claims.yaml`;
};

/** A line for each citation of what claims.yaml does not know, with where it is. */
export const strange = (claims, { implementations, tests }) => {
  const lines = [...implementations, ...tests].flatMap((citation) => {
    const fault = faultOf(citation, claims);
    return fault === undefined ? [] : [`${fault}: ${citation.file}`];
  });
  return [...new Set(lines)];
};
