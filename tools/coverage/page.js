import { label, under } from './lists.js';

const filesOf = (citations, claimed) => [
  ...new Set(citations.filter(({ section }) => under(claimed)(section)).map(({ file }) => file)),
];
const linked = (files) => files.map((file) => `[${file.split('/').at(-1)}](../${file})`).join(', ');
const inOrder = (a, b) => a.localeCompare(b, 'en', { numeric: true });

/** Every claimed section, with the files that implement it and those whose tests cite it. */
export const coverage = (claims, { implementations, tests }) =>
  Object.entries(claims).map(([name, { title, sections = {}, notClaimed = {}, asksNothing = {}, citedFor }]) => {
    const of = (citations) => citations.filter(({ specification }) => specification === name);
    const rows = Object.entries(sections)
      .sort(([a], [b]) => inOrder(a, b))
      .map(([section, what]) => ({
        section,
        what,
        implementedIn: filesOf(of(implementations), section),
        testedIn: filesOf(of(tests), section),
      }));
    const left = Object.entries(notClaimed).sort(([a], [b]) => inOrder(a, b));
    return { name, title, rows, left, asksNothing, citedFor };
  });

const lacks = ({ implementedIn, testedIn }) =>
  [implementedIn.length === 0 && 'an implementation', testedIn.length === 0 && 'a test'].filter(Boolean);

/** A line for each section that lacks an implementation or a test. */
export const missing = (covered) =>
  covered.flatMap(({ name, rows }) =>
    rows
      .filter((row) => lacks(row).length > 0)
      .map((row) => `${name} ${label(row.section)} (${row.what}) lacks ${lacks(row).join(' and ')}`),
  );

/** A line for each section that asks something of a provider and is not claimed, and why. */
const notClaimed = (covered) =>
  covered.flatMap(({ name, left }) => left.map(([section, why]) => `- ${name} ${label(section)}: ${why}`));

/** The rest of each table of contents. */
const nothingAsked = (covered) =>
  covered.flatMap(({ name, asksNothing }) =>
    Object.entries(asksNothing).map(
      ([why, list]) => `- ${name} ${String(list).split(', ').map(label).join(', ')}: ${why}`,
    ),
  );

const citedOnly = (covered) =>
  covered.filter(({ citedFor }) => citedFor !== undefined).map(({ name, citedFor }) => `- ${name}: ${citedFor}`);

const table = ({ name, title, rows }) => [
  `## ${name === title ? name : `${name}: ${title}`}`,
  '',
  '| Section | What it asks for | Implemented in | Cited by tests in |',
  '| --- | --- | --- | --- |',
  ...rows.map(
    ({ section, what, implementedIn, testedIn }) =>
      `| ${label(section)} | ${what} | ${linked(implementedIn) || '**missing**'} | ${linked(testedIn) || '**missing**'} |`,
  ),
  '',
];

/** The page. */
export const page = (covered) => {
  const count = covered.reduce((sum, { rows }) => sum + rows.length, 0);
  const gaps = missing(covered);
  return [
    '# What of the specifications is there',
    '',
    'Written by `node tools/coverage.js` from the `@see` of the sources and the titles of the tests; the sections that',
    'Portico claims are listed in [claims.yaml](../tools/coverage/claims.yaml). A file that cites a part of a section counts',
    'for the section. A citation of a section or of a specification that is not on this page fails the test of this page.',
    '',
    `${count} sections are claimed, ${gaps.length} of them lack something.`,
    '',
    '## Missing',
    '',
    ...(gaps.length > 0 ? gaps.map((gap) => `- ${gap}`) : ['None.']),
    '',
    ...covered.filter(({ citedFor }) => citedFor === undefined).flatMap(table),
    '## Not claimed, and why',
    '',
    'Sections that ask something of an authorization server or of an OpenID provider, and stand in no table above.',
    '',
    ...notClaimed(covered),
    '',
    '## Sections that ask nothing of their own',
    '',
    'With these, every section of the specifications in [contents.yaml](../tools/coverage/contents.yaml) stands on this page.',
    '',
    ...nothingAsked(covered),
    '',
    '## Cited for one thing each',
    '',
    'Sources or tests cite them; nothing is said of what else they ask for.',
    '',
    ...citedOnly(covered),
    '',
  ].join('\n');
};
