/* global AbortSignal */
// Asks the service of this container how it is: `live` (the default) or `ready`. There is no curl in the image.
const [, , question = 'live'] = process.argv;
const { APP, PORTICO_PORT = '3000', PORTICO_HEALTH_PORT = '9100' } = process.env;
const deadlineMs = 4_000;

const isWell = async (port) => {
  const signal = AbortSignal.timeout(deadlineMs);
  return (await fetch(`http://127.0.0.1:${port}/health/${question}`, { signal })).ok;
};

// The probes of what faces the public are on its public port.
const port = ['gateway', 'standalone'].includes(APP) ? PORTICO_PORT : PORTICO_HEALTH_PORT;
const well = APP === 'portico' || (await isWell(port).catch(() => false));
process.exitCode = well ? 0 : 1;
