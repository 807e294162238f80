import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

// No line takes anything back from within, and there are tens of thousands of files.
const neverEntered = ['.git', 'node_modules'];

const patternOf = (glob: string): RegExp => {
  const text = glob
    .replace(/[.+^$()|{}[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (one) => (one === '*' ? '[^/]*' : '(.*/)?'));
  return new RegExp(`^${text}(/.*)?$`);
};

const rulesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ takes: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));

const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !neverEntered.includes(name))
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]));

/** What an engine is handed of the repository: of the lines of `.dockerignore` the last that fits a path decides. */
export const contextFiles = (): string[] => {
  const rules = rulesIn(readFileSync(join(root, '.dockerignore'), 'utf8'));
  return filesIn(root)
    .map((path) => relative(root, path))
    .filter((path) => rules.findLast(({ pattern }) => pattern.test(path))?.takes ?? true);
};

/** Copies it into a folder. */
export const copyContext = (folder: string): void => {
  for (const path of contextFiles()) cpSync(join(root, path), join(folder, path));
};
