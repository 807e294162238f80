// npm run portico -- …: the command line.
import { build, install, node } from './setup.js';

install();
build();
process.exitCode = node(['apps/portico/dist/main.js', ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
