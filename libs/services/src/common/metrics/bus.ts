import type { Nats, NatsTransport } from '@portico/bus';
import type { Bus } from '@portico/contracts';
import type { Metrics } from './metrics.js';

/** Whether NATS is there, and how often it had gone. */
export const measureBus = (metrics: Metrics, nats: Pick<Nats, 'isConnected' | 'reconnects'>): void => {
  metrics.readOne('portico_bus_connected', () => (nats.isConnected() ? 1 : 0));
  metrics.readOne('portico_bus_reconnects_total', () => nats.reconnects());
};

/** The calls that a service answers. */
export const measureCalls = (metrics: Metrics, transport: Pick<NatsTransport, 'load'>): void => {
  metrics.readOne('portico_bus_calls_running', () => transport.load().running);
  metrics.readOne('portico_bus_calls_max', () => transport.load().most);
  metrics.read('portico_bus_calls_dropped_total', () =>
    Object.entries(transport.load().dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  );
};

/** The same bus; the calls for which somebody waits are counted. */
export const countingCalls = (metrics: Metrics, bus: Bus): Bus => {
  let waiting = 0;
  metrics.readOne('portico_bus_calls_waiting', () => waiting);
  return {
    ...bus,
    call: async (contract, request) => {
      waiting += 1;
      try {
        return await bus.call(contract, request);
      } finally {
        waiting -= 1;
      }
    },
  };
};
