import { describe, expect, jest, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerOf, copyOfManifests, faultsIn, objectsIn, ofKind, podsIn, rendered } from './manifests.fixture.js';

// Each renders once more, and a machine may be busy.
jest.setTimeout(90_000);

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const images: [what: string, entry: string, image: string][] = [
  ['by digest', `newName: registry.example.com/portico, digest: '${digest}'`, `registry.example.com/portico@${digest}`],
  [
    'with an underscore',
    'newName: registry.example.com/portico, newTag: V1.0_rc1',
    'registry.example.com/portico:V1.0_rc1',
  ],
  [
    'at a port',
    "newName: 'registry.example.com:5000/portico', newTag: 0.1.0",
    'registry.example.com:5000/portico:0.1.0',
  ],
];
const jobs = new Set(ofKind(objectsIn(rendered('production')), 'Job').map(({ metadata }) => metadata.name));

describe.each(images)('an image %s', (_, entry, image) => {
  const manifests = copyOfManifests();
  const file = join(manifests, 'overlays/production/kustomization.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/newName: registry.example.com\/portico, newTag: 0.1.0/, entry));
  const yaml = rendered('production', manifests);
  const objects = objectsIn(yaml);

  test('is what every pod runs, the Job included', () => {
    expect(new Set(podsIn(objects).map(([, pod]) => containerOf(pod).image))).toEqual(new Set([image]));
  });

  test('has a Job of its own, whose name Kubernetes takes', () => {
    const [job] = ofKind(objects, 'Job');
    expect(jobs).not.toContain(job?.metadata.name);
    jobs.add(job!.metadata.name);
    expect(faultsIn(yaml)).toEqual([]);
  });
});
