import { metricTable } from './table.js';

const code = (text: string): string => `\`${text}\``;

const rows = Object.entries(metricTable).map(
  ([name, { kind, help, labels }]) => `| ${code(name)} | ${kind} | ${labels.map(code).join(' ')} | ${help} |`,
);

/** What `docs/metrics.md` says, from the table of numbers. */
export const metricsReference = (): string => `# Metrics

This file is written by \`node tools/docs.js\` from the table of numbers; do not edit it.

Every process answers \`GET /metrics\` on the port of its probes (\`PORTICO_HEALTH_PORT\`) in the text format of Prometheus,
beside \`GET /health/live\` and \`GET /health/ready\`: the gateway and standalone too, whose public port has no numbers. No
label names a person, a client or a token, and every label has few values: an endpoint is one of the table of endpoints, an
error one of the table of errors or \`other\`, an HTTP status its class. Besides these each process tells those of Node
itself, as prom-client names them: \`process_cpu_seconds_total\`, \`process_resident_memory_bytes\`,
\`nodejs_eventloop_lag_p99_seconds\`, \`nodejs_gc_duration_seconds\` and others.

A dashboard for Grafana and rules for alerts stand in [k8s/observability](../k8s/observability).

- What a worker asks of the database, the queue and the bus is asked when somebody scrapes, at most every five seconds and
  for at most two; what cannot be had is left out, and \`portico_samples_failed_total\` counts on. Workers tell the same
  numbers of what they share: take the \`max\` of them, not the sum.
- The operator of Prometheus adds a label \`endpoint\` of its own (the name of the port): a ServiceMonitor or PodMonitor needs
  \`honorLabels: true\`, or the endpoints stand under \`exported_endpoint\`. \`job\` is expected to be the name of the service.
- Sign-ins count where a password is checked: at the sign-in page, the password grant, the sign-in by JSON and by GraphQL.
- Refusals that are answered 200 (GraphQL, and the third version of Authing's API) are \`refused\` without an error.

<!-- prettier-ignore-start -->

| Metric | Kind | Labels | Meaning |
| --- | --- | --- | --- |
${rows.join('\n')}

<!-- prettier-ignore-end -->
`;
