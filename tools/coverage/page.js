const covers = (claimed) => (cited) => cited.section === claimed || cited.section.startsWith(`${claimed}.`);
const filesOf = (citations, claimed) => [...new Set(citations.filter(covers(claimed)).map(({ file }) => file))];
const linked = (files) => files.map((file) => `[${file.split('/').at(-1)}](../${file})`).join(', ');
const label = (section) => (section.startsWith('Appendix') ? section : `§${section}`);
const inOrder = (a, b) => a.localeCompare(b, 'en', { numeric: true });

/** Every claimed section, with the files that implement it and those whose tests cite it. */
export const coverage = (claims, { implementations, tests }) =>
  Object.entries(claims).map(([name, { title, sections }]) => {
    const of = (citations) => citations.filter(({ specification }) => specification === name);
    const rows = Object.entries(sections)
      .sort(([a], [b]) => inOrder(a, b))
      .map(([section, what]) => ({
        section,
        what,
        implementedIn: filesOf(of(implementations), section),
        testedIn: filesOf(of(tests), section),
      }));
    return { name, title, rows };
  });

const lacks = ({ implementedIn, testedIn }) =>
  [implementedIn.length === 0 && 'an implementation', testedIn.length === 0 && 'a test'].filter(Boolean);

/** A line for each section that lacks an implementation or a test. */
const missing = (covered) =>
  covered.flatMap(({ name, rows }) =>
    rows
      .filter((row) => lacks(row).length > 0)
      .map((row) => `${name} ${label(row.section)} (${row.what}) lacks ${lacks(row).join(' and ')}`),
  );

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
    'for the section.',
    '',
    `${count} sections are claimed, ${gaps.length} of them lack something.`,
    '',
    '## Missing',
    '',
    ...(gaps.length > 0 ? gaps.map((gap) => `- ${gap}`) : ['None.']),
    '',
    ...covered.flatMap(table),
  ].join('\n');
};
