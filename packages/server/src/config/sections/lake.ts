import { durationMs, integer, setting, sizeBytes } from '../setting.ts'

const minute = 60_000
const mib = 1024 * 1024
const gib = 1024 * mib

/** Queries of event data stores, and of log files with Athena's calls. */
export const lake = {
  // A process uses every core by itself: more at a time only share them, and their memory adds up.
  queriesAtOnce: setting(integer(1, 64).default(2), {
    description: 'Queries that run at a time; others wait for their turn, each account in its turn.',
  }),
  // AWS's own.
  queryTimeout: setting(durationMs(1_000, 24 * 60 * minute).default(60 * minute), {
    unit: 'duration',
    description: 'Longest time a query may run. What it has found until then stays readable.',
    example: '1h',
  }),
  queryMemoryBytesMax: setting(sizeBytes(256 * mib, 64 * gib).default(gib), {
    unit: 'size',
    description: 'Most memory of one query, which runs in a process of its own and is ended above it.',
    example: '1GiB',
  }),
  resultsBytesMax: setting(sizeBytes(16 * mib, 1024 * gib).default(10 * gib), {
    unit: 'size',
    description: 'Room on disk for the results of all queries, which are kept for seven days. The oldest go first.',
    example: '10GiB',
  }),
}
