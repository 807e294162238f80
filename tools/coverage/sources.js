import { readdir, readFile } from 'node:fs/promises';
import { read } from './citations.js';

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

/** What stands behind `@see` in the comments of a source. */
const seen = (text) =>
  [...text.matchAll(comment)].flatMap(([block]) => [...block.matchAll(afterSee)]).flatMap(([, see]) => read(see).cited);

const quoted = /(?<describes>^describe\(\s*)?(?<mark>['"`])(?<words>(?:(?!\k<mark>)[^\\\n]|\\.)*)\k<mark>/gm;
const commentLines = /^\s*(?:\/\/|\*|\/\*).*$/gm;

/**
 * What the titles of tests cite, and the rows of their tables. A section without a name belongs to the specification of
 * the `describe` around it, or else to the one that was named last.
 */
const titled = (text) => {
  const cited = [];
  let [around, last] = [];
  for (const { groups } of text.replaceAll(commentLines, '').matchAll(quoted)) {
    if (groups.describes === undefined && !/§|Appendix/.test(groups.words)) continue;
    const title = read(groups.words, around ?? last);
    cited.push(...title.cited);
    last = title.named ?? last;
    if (groups.describes !== undefined) around = title.named;
  }
  return cited;
};

const citing = async (file, citationsOf) =>
  citationsOf(await readFile(new URL(file, root), 'utf8')).map((citation) => ({ file, ...citation }));

/** Where specifications are cited: by sources that implement them, and by titles of tests. */
export const citations = async () => {
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
