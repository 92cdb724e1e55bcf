import { Fault } from '../../fault.ts'

/** No room on the disk, and nothing of what was to be written was kept. */
export function logFull(cause?: unknown): Fault {
  return new Fault('log.full', 'the disk of the event log has no room left', {}, { cause })
}

/** Whether an error is that of `logFull`. */
export function isLogFull(error: unknown): boolean {
  return error instanceof Fault && error.code === 'log.full'
}
