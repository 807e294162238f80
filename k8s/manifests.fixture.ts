import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import {
  objectSchema,
  type Container,
  type KubernetesObject,
  type Labels,
  type Pod,
  type Selector,
} from './objects.fixture.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const deadlineMs = 20_000;

/** The overlays, and with it everything that is applied to a cluster. */
export const overlays = ['dev', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** The services: one Deployment each. */
export const services = readdirSync(join(folder, '../apps')).filter(
  (name) => name !== 'portico' && name !== 'standalone',
);

const copied = mkdtempSync(join(tmpdir(), 'portico-k8s-'));
process.once('exit', () => rmSync(copied, { recursive: true, force: true }));

/** A copy of the manifests that a test may change, with secrets of its own in the dev overlay. */
export const copyOfManifests = (): string => {
  const copy = mkdtempSync(join(copied, 'copy-'));
  const isOurs = (path: string) => !['node_modules', 'secrets'].includes(basename(path));
  cpSync(folder, copy, { recursive: true, filter: isOurs });
  execFileSync(process.execPath, [join(copy, 'overlays/dev/make-secrets.js')], { timeout: deadlineMs });
  return copy;
};

const unchanged = new Map<Overlay, string>();

/** What `kubectl apply -k` would send to a cluster, of the manifests as they are or of a copy. */
export const rendered = (overlay: Overlay, copy?: string): string => {
  const yaml = (copy === undefined ? unchanged.get(overlay) : undefined) ?? render(overlay, copy ?? copyOfManifests());
  if (copy === undefined) unchanged.set(overlay, yaml);
  return yaml;
};

const render = (overlay: Overlay, manifests: string): string =>
  execFileSync(
    process.execPath,
    [join(folder, 'check/kubectl.js'), 'kustomize', join(manifests, 'overlays', overlay)],
    {
      encoding: 'utf8',
      timeout: deadlineMs,
    },
  );

/** The same as objects. */
export const objectsIn = (yaml: string): KubernetesObject[] =>
  parseAllDocuments(yaml).map((document) => objectSchema.parse(document.toJS()));

/** What the schemas say of manifests: nothing, or a line for each fault. */
export const faultsIn = (yaml: string): string[] => {
  const options = { input: yaml, encoding: 'utf8', timeout: deadlineMs } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, 'check/validate.js')], options);
  const faults = stdout.split('\n').filter((line) => line !== '');
  if ((status === 0) !== (faults.length === 0)) throw new Error(`the schemas could not be asked: ${stderr}`);
  return faults;
};

/** The objects of a kind. */
export const ofKind = (objects: readonly KubernetesObject[], kind: string): KubernetesObject[] =>
  objects.filter((object) => object.kind === kind);

/** The object of a kind with this name. @throws Error there is none */
export const named = (objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject => {
  const found = ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

/** Every pod that the objects bring about, by the name of who does. */
export const podsIn = (objects: readonly KubernetesObject[]): [name: string, pod: Pod][] =>
  objects.flatMap(({ metadata, spec: { template } }) => (template ? [[metadata.name, template] as [string, Pod]] : []));

/** The one container of a pod. @throws Error there are others */
export const containerOf = ({ spec: { containers } }: Pod): Container => {
  const [container, ...more] = containers;
  if (!container || more.length > 0) throw new Error('there is not one container');
  return container;
};

/** Does a selector take a pod with these labels? An empty one takes every pod. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, operator, values }) => values.includes(labels[key] ?? '') === (operator === 'In'));
