// Writes the guides and the Postman collection from docs/guides/source; with --check it only says what is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { choosePage, guidePage } from './guides/page.js';
import { collection } from './guides/postman.js';
import { languages, source } from './guides/source.js';

const { choose, parameters, guides } = await source();
const documents = {
  'docs/postman/portico.postman_collection.json': collection(guides),
  ...Object.fromEntries(
    languages.flatMap((language) => [
      [`docs/guides/${language}/README.md`, choosePage(choose, guides, language)],
      ...guides.map((guide) => [`docs/guides/${language}/${guide.name}.md`, guidePage(guide, parameters, language)]),
    ]),
  ),
};

for (const [name, wanted] of Object.entries(documents)) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, wanted);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    console.error(`${name} is not what docs/guides/source says: node tools/guides.js`);
    process.exitCode = 1;
  }
}
