import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const port = z.union([z.string(), z.number()]);
const selector = z.strictObject({
  matchLabels: z.exactOptional(labels),
  matchExpressions: z.exactOptional(
    z.array(z.object({ key: z.string(), operator: z.enum(['In', 'NotIn']), values: z.array(z.string()) })),
  ),
});
const peers = z.array(
  z.strictObject({
    namespaceSelector: z.exactOptional(selector),
    podSelector: z.exactOptional(selector),
    ipBlock: z.exactOptional(z.object({ cidr: z.string(), except: z.exactOptional(z.array(z.string())) })),
  }),
);
const ports = z.array(z.object({ protocol: z.enum(['TCP', 'UDP']), port }));

const probe = z.looseObject({
  httpGet: z.exactOptional(z.object({ path: z.string(), port })),
  periodSeconds: z.number(),
  failureThreshold: z.exactOptional(z.number()),
});
const reference = z.object({ name: z.string(), key: z.string(), optional: z.exactOptional(z.boolean()) });
const variable = z.strictObject({
  name: z.string(),
  value: z.exactOptional(z.string()),
  valueFrom: z.exactOptional(z.strictObject({ secretKeyRef: reference })),
});
const name = z.object({ name: z.string() });
const resources = z.object({ requests: z.exactOptional(labels), limits: z.exactOptional(labels) });

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.exactOptional(z.array(z.string())),
  env: z.array(variable).default([]),
  envFrom: z
    .array(z.strictObject({ configMapRef: z.exactOptional(name), secretRef: z.exactOptional(name) }))
    .default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: z.exactOptional(probe),
  livenessProbe: z.exactOptional(probe),
  readinessProbe: z.exactOptional(probe),
  lifecycle: z.exactOptional(z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) })),
  securityContext: z.looseObject({}).default({}),
  resources,
});

const pod = z.looseObject({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.exactOptional(z.boolean()),
  enableServiceLinks: z.exactOptional(z.boolean()),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: z.looseObject({}).default({}),
  initContainers: z.exactOptional(z.never()),
  containers: z.array(container),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
  topologySpreadConstraints: z
    .array(
      z.looseObject({
        topologyKey: z.string(),
        maxSkew: z.number(),
        whenUnsatisfiable: z.string(),
        labelSelector: selector,
        matchLabelKeys: z.array(z.string()),
      }),
    )
    .default([]),
});

const template = z.object({ metadata: z.object({ labels }), spec: pod });

const spec = z.looseObject({
  replicas: z.exactOptional(z.number()),
  strategy: z.exactOptional(z.looseObject({ rollingUpdate: z.looseObject({}) })),
  template: z.exactOptional(template),
  selector: z.exactOptional(z.unknown()),
  podSelector: z.exactOptional(selector),
  policyTypes: z.exactOptional(z.array(z.enum(['Ingress', 'Egress']))),
  ingress: z.exactOptional(z.array(z.strictObject({ from: peers, ports }))),
  egress: z.exactOptional(z.array(z.strictObject({ to: peers, ports }))),
});

/** What is read of an object; that it is one of Kubernetes the schemas say. */
export const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.exactOptional(z.string()),
    labels: labels.default({}),
    annotations: labels.default({}),
  }),
  automountServiceAccountToken: z.exactOptional(z.boolean()),
  data: labels.default({}),
  spec: spec.default({}),
});

export type KubernetesObject = z.output<typeof objectSchema>;
export type Container = z.output<typeof container>;
export type Pod = z.output<typeof template>;
export type Peer = z.output<typeof peers>[number];
export type Selector = z.output<typeof selector>;
export type Labels = z.output<typeof labels>;
