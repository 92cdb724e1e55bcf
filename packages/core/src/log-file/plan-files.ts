import type { Lane } from './log-file-key.ts'

/** Events of one lane that were selected together. Never divided between files. */
export interface Run {
  readonly lane: Lane
  /** Of all its records together. */
  readonly bytes: number
  readonly newestEventMs: number
  readonly oldestEventMs: number
}

export interface PlannedFile<Part extends Run> {
  readonly lane: Lane
  /** In the order given; never empty. */
  readonly runs: readonly Part[]
  readonly newestEventMs: number
  readonly oldestEventMs: number
}

/**
 * Divides what was claimed into files: one or more for each lane, in the order in which lanes first appear. A file takes
 * runs while it stays within `fileBytesMax`, and at least one. The same runs in the same order always give the same
 * files, which is what lets a replay find its own work.
 */
export function planFiles<Part extends Run>(runs: readonly Part[], fileBytesMax: number): readonly PlannedFile<Part>[] {
  const lanes = new Map<string, { readonly files: Part[][]; bytes: number }>()
  for (const run of runs) {
    const name = laneName(run.lane)
    const lane = lanes.get(name) ?? { files: [], bytes: 0 }
    lanes.set(name, lane)
    const open = lane.files.at(-1)
    if (open === undefined || lane.bytes + run.bytes > fileBytesMax) {
      lane.files.push([run])
      lane.bytes = run.bytes
    } else {
      open.push(run)
      lane.bytes += run.bytes
    }
  }
  return [...lanes.values()].flatMap(({ files }) => files.map(plannedFile))
}

/** Text by which lanes are told apart. */
export function laneName({ account, region, kind }: Lane): string {
  return `${account}/${kind}/${region}`
}

function plannedFile<Part extends Run>(runs: readonly Part[]): PlannedFile<Part> {
  const [first] = runs
  if (first === undefined) throw new RangeError('a file has at least one run')
  return {
    lane: first.lane,
    runs,
    newestEventMs: runs.reduce((newest, run) => Math.max(newest, run.newestEventMs), first.newestEventMs),
    oldestEventMs: runs.reduce((oldest, run) => Math.min(oldest, run.oldestEventMs), first.oldestEventMs),
  }
}
