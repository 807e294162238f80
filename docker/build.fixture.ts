import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { copyContext, root } from './context.fixture.js';

interface Step {
  readonly verb: string;
  readonly rest: string;
}
interface Stage {
  readonly name: string;
  readonly steps: readonly Step[];
}

const deadlineMs = 240_000;
const last = 'image';

/** The stages of the Dockerfile, each with its instructions; the last has no name there. */
export const stagesOf = (dockerfile: string): Stage[] =>
  dockerfile
    .replace(/\\\n/g, ' ')
    .split(/^FROM /m)
    .slice(1)
    .map((text) => {
      const [from = '', ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      const steps = lines.map((line) => ({ verb: line.split(' ', 1)[0]!, rest: line.slice(line.indexOf(' ') + 1) }));
      return { name: / AS (\w+)$/.exec(from)?.[1] ?? last, steps };
    });

/** Does what the Dockerfile says in folders of this machine, without an engine; answers where the image would be. */
export const buildWithoutEngine = (folder: string): string => {
  const context = join(folder, 'context');
  copyContext(context);
  for (const { name, steps } of stagesOf(readFileSync(join(root, 'docker/Dockerfile'), 'utf8'))) {
    const at = (path: string, stage = name) => join(folder, stage, path.startsWith('/') ? path : join('portico', path));
    mkdirSync(at('.'), { recursive: true });
    for (const { verb, rest } of steps) {
      if (verb === 'RUN')
        rest
          .replace(/--mount=\S+/, '')
          .split(' && ')
          .forEach((command) => run(command.trim(), at));
      if (verb === 'COPY') copy(rest, { at, context });
    }
  }
  return join(folder, last, 'portico');
};

type At = (path: string, stage?: string) => string;

const copy = (rest: string, { at, context }: { at: At; context: string }): void => {
  const [, stage, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest)!;
  const from = paths.split(' ');
  const to = from.pop()!;
  for (const path of from) {
    const source = stage === undefined ? join(context, path) : at(path, stage);
    // Node and its libraries are in the root of the image; here there are those of this machine.
    if (!existsSync(source) && basename(path) === 'runtime') continue;
    const target = to.endsWith('/') && to !== './' ? join(at(to), basename(path)) : at(to);
    cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  }
};

const run = (command: string, at: At): void => {
  // Takes Debian's packages and libraries apart; the image itself is built by image.js.
  if (command.startsWith('sh docker/runtime.sh')) return;
  const install = /^npm ci (.*)$/.exec(command)?.[1];
  if (install === undefined) sh(command.replace(/ (?=\/)/g, ` ${at('/')}`), at('.'));
  else if (install.includes('--omit=dev')) copyPackages(install, at);
  else linkPackages(at);
};

const sh = (command: string, cwd: string): string =>
  execFileSync('sh', ['-c', command], {
    cwd,
    encoding: 'utf8',
    timeout: deadlineMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Links to what is installed here; but our own packages are those of the stage, as npm links them. */
const linkPackages = (at: At): void => {
  mkdirSync(at('node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.'))) {
    if (name === '@portico') copyPackage(`node_modules/${name}`, at);
    else symlinkSync(join(root, 'node_modules', name), at(`node_modules/${name}`));
  }
};

/** Copies what npm would install of it with these arguments: the stage takes files away. */
const copyPackages = (args: string, at: At): void => {
  const paths = sh(`npm ls --all --parseable ${args}`, root)
    .trim()
    .split('\n')
    .map((path) => relative(root, path))
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
  const links = spawnSync('cp', ['-al', '--parents', ...paths, at('.')], { cwd: root, timeout: deadlineMs });
  // Another file system, or a `cp` without links: it takes longer.
  if (links.status !== 0) for (const path of paths) copyPackage(path, at);
};

const copyPackage = (path: string, at: At): void => {
  mkdirSync(dirname(at(path)), { recursive: true });
  cpSync(join(root, path), at(path), { recursive: true, verbatimSymlinks: true });
};
