import { runCli } from '@portico/services/cli';

process.exitCode = await runCli(process.argv.slice(2), process);
