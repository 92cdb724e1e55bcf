import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { registerLoopDelay } from './loop-delay.ts'

/** Prometheus metrics of one installation. None names a tenant, a resource or an address, but for those in `named`. */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  registerLoopDelay(registry)
  return {
    registry,
    /** What names trails: for the operator alone. */
    named: new Registry(),
    calls: new Counter({
      name: 'cairn_calls_total',
      help: 'AWS calls answered, by event source and whether they failed.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    callSeconds: new Histogram({
      name: 'cairn_call_seconds',
      help: 'Time from the arrival of a call to its durable record.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    dataEventsNotKept: new Counter({
      name: 'cairn_data_events_not_kept_total',
      help: 'Data events that nothing selects: counted, not kept.',
      registers,
    }),
    auditEvents: new Counter({
      name: 'cairn_audit_events_total',
      help: 'Events that sources put into channels: taken, known already, or refused.',
      labelNames: ['outcome'],
      registers,
    }),
    refused: new Counter({
      name: 'cairn_connections_refused_total',
      help: 'Connections cut at a limit, and bytes that never became a request, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    brokenCalls: new Counter({
      name: 'cairn_broken_calls_total',
      help: 'Calls that failed for a reason of the server: each has a log entry.',
      registers,
    }),
    eventsIndexed: new Counter({
      name: 'cairn_history_events_indexed_total',
      help: 'Events that became searchable.',
      registers,
    }),
    logFull: new Gauge({
      name: 'cairn_log_full',
      help: '1 while the disk of the event log has no room: changes are refused.',
      registers,
    }),
    logDamage: new Counter({
      name: 'cairn_log_damage_total',
      help: 'Places found damaged in the event log.',
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
