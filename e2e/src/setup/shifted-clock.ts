import { readFileSync } from 'node:fs';

// Loaded before an app: sets its clock ahead by what CLOCKS_FILE says for it, in milliseconds.
const { CLOCKS_FILE } = process.env;
const [, app = ''] = /\/apps\/([a-z]+)\/dist\/main\.js$/.exec(process.argv[1] ?? '') ?? [];
const clocks = CLOCKS_FILE ? (JSON.parse(readFileSync(CLOCKS_FILE, 'utf8')) as Record<string, number>) : {};
const aheadMs = clocks[app] ?? 0;
const Right = Date;

if (aheadMs !== 0) {
  const now = (): number => Right.now() + aheadMs;
  globalThis.Date = new Proxy(Right, {
    construct: (_, args, target) => Reflect.construct(Right, args.length === 0 ? [now()] : args, target) as object,
    get: (_, name, receiver) => (name === 'now' ? now : (Reflect.get(Right, name, receiver) as unknown)),
  });
}
