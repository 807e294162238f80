// npm start: the whole provider in one process.
import { foreground } from './children.js';
import { build, install } from './setup.js';

install();
build();
await foreground(['apps/standalone/dist/main.js']);
