import { readdir, readFile } from 'node:fs/promises';
import { reader } from './citations.js';

const root = new URL('../../', import.meta.url);
const isTest = (file) => /\.(spec|suite|e2e|crash)\.tsx?$/.test(file);

const filesBelow = async (folder) => {
  const entries = await readdir(new URL(folder, root), { withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter(({ name }) => name !== 'dist' && name !== 'node_modules')
      .map((entry) => (entry.isDirectory() ? filesBelow(`${folder}${entry.name}/`) : [`${folder}${entry.name}`])),
  );
  return files.flat().filter((file) => /\.tsx?$/.test(file));
};

const comment = /\/\*\*[\s\S]*?\*\//g;
const afterSee = /@see ([\s\S]*?)(?=\s\*\s*@|\*\/)/g;

const link = /^(?:`|https:|docs\/)/;

/** What stands behind `@see` in the comments of a source; what names nothing there is as unknown as its words. */
const seen = (text, read) =>
  [...text.matchAll(comment)]
    .flatMap(([block]) => [...block.matchAll(afterSee)])
    .filter(([, see]) => !link.test(see))
    .flatMap(([, see]) => {
      const { cited, names } = read(see.replaceAll(/\s*\n\s*\*\s*/g, ' '));
      return [...cited, ...(names.length > 0 ? names : [see.trim()]).map((specification) => ({ specification }))];
    });

const quoted = /(?<describes>^describe\(\s*)?(?<mark>['"`])(?<words>(?:(?!\k<mark>)[^\\\n]|\\.)*)\k<mark>/gm;
const commentLines = /^\s*(?:\/\/|\*|\/\*).*$/gm;

const constant = /^(?:export )?const (\w+) = (['"])([^'"\n]*)\2;$/gm;

/** The text with the file's own constants filled into its templates: a title may keep a long name in one. */
const filledIn = (text) => {
  const values = Object.fromEntries([...text.matchAll(constant)].map(([, name, , value]) => [name, value]));
  return text.replaceAll(/\$\{(\w+)\}/g, (given, name) => (Object.hasOwn(values, name) ? values[name] : given));
};

/**
 * What the titles of tests cite, and the rows of their tables. A section without a name belongs to the specification of
 * the `describe` around it, or else to the one that was named last.
 */
const titled = (text, read) => {
  const cited = [];
  let [around, last] = [];
  for (const { groups } of filledIn(text.replaceAll(commentLines, '')).matchAll(quoted)) {
    if (groups.describes === undefined && !/§|Appendix/.test(groups.words)) continue;
    const title = read(groups.words, around ?? last);
    cited.push(...title.cited, ...title.names.map((specification) => ({ specification })));
    last = title.named ?? last;
    if (groups.describes !== undefined) around = title.named;
  }
  return cited;
};

/** Where specifications, of which these are known, are cited: by sources that implement them, and by titles of tests. */
export const citations = async (known) => {
  const read = reader(known);
  const citing = async (file, citationsOf) =>
    citationsOf(await readFile(new URL(file, root), 'utf8'), read).map((citation) => ({ file, ...citation }));
  const files = (await Promise.all(['libs/', 'e2e/src/'].map(filesBelow))).flat().sort();
  const sources = files.filter(
    (file) => /^libs\/[^/]+\/src\//.test(file) && !file.startsWith('libs/testing/') && !isTest(file),
  );
  const [implementations, tests] = await Promise.all([
    Promise.all(sources.map((file) => citing(file, seen))),
    Promise.all(files.filter(isTest).map((file) => citing(file, titled))),
  ]);
  return { implementations: implementations.flat(), tests: tests.flat() };
};
