// … | node k8s/check/validate.js: checks manifests against the schemas of Kubernetes, the Gateway API and the
// Prometheus operator; says each fault in a line.
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { install } from './packages.js';

const packages = ['kubernetes-models', '@kubernetes-models/gateway-api', '@kubernetes-models/prometheus-operator'];

/** The schema of a kind, as a function. */
const modelOf = async (apiVersion, kind) => {
  for (const name of packages) {
    try {
      return (await import(`${name}/${apiVersion}/${kind}`))[kind].prototype.validate;
    } catch (error) {
      if (!['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_MODULE_NOT_FOUND'].includes(error.code)) throw error;
    }
  }
  return undefined;
};

/**
 * The schemas let unknown fields pass, but their functions ask for every field that they know: what nobody has asked for
 * is unknown.
 */
const watched = (value, asked) => {
  if (typeof value !== 'object' || value === null) return value;
  const fields = new Map();
  asked.set(value, fields);
  return new Proxy(value, {
    get: (target, field) => {
      if (!fields.has(field)) fields.set(field, watched(target[field], asked));
      return fields.get(field);
    },
  });
};

const unknownIn = (value, asked, path = '') => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    if (!asked.get(value)?.has(field)) return [`${path}/${field} is not known`];
    return unknownIn(inner, asked, `${path}/${field}`);
  });
};

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
// Their names become labels of pods, or names in DNS.
const named = ['Job', 'Deployment', 'StatefulSet', 'Service', 'Namespace'];

/** What the API server says of a name; the schemas take every text (RFC 1123). */
const nameFaults = ({ kind, metadata: { name } = {} }) =>
  (named.includes(kind) ? label : subdomain).test(name) ? [] : ['is no name: small letters, digits and hyphens'];

const faultsOf = async (object) => {
  const validate = await modelOf(object.apiVersion, object.kind);
  if (!validate) return ['there is no such kind'];
  const asked = new Map();
  try {
    validate.call(watched(object, asked));
  } catch (error) {
    if (!error.errors && error.name !== 'ValidationError') throw error;
    return [error.message];
  }
  return unknownIn(object, asked);
};

/** kustomize folds long base64, which the API server takes and the schema does not. */
const unfolded = (object) => {
  if (object.kind !== 'Secret' || !object.data) return object;
  const data = Object.entries(object.data).map(([key, value]) => [key, value.replaceAll('\n', '')]);
  return { ...object, data: Object.fromEntries(data) };
};

install();
const documents = parseAllDocuments(await text(process.stdin), { version: '1.1' });
for (const document of documents) {
  const object = unfolded(document.toJS());
  const faults = [...document.errors.map(({ message }) => message), ...nameFaults(object), ...(await faultsOf(object))];
  for (const fault of faults) console.log(`${object.kind} ${object.metadata?.name}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
