import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** The guides, in the order in which somebody reads them. */
const names = ['code', 'pkce', 'refresh', 'sso', 'client-credentials', 'device', 'hybrid', 'implicit', 'password'];

export const languages = ['en', 'zh-cn'];

const read = async (name) =>
  parse(await readFile(new URL(`../../docs/guides/source/${name}.yaml`, import.meta.url), 'utf8'));

/** Everything that the guides say, in both languages. */
export const source = async () => {
  const [choose, parameters, ...guides] = await Promise.all(['choose', 'parameters', ...names].map(read));
  return { choose, parameters, guides: guides.map((guide, at) => ({ name: names[at], ...guide })) };
};

/** The parameters that a step sends; those without a value are only explained. */
export const sent = ({ required, recommended, optional }) =>
  Object.entries({ ...required, ...recommended, ...optional }).filter(([, value]) => value !== null);
