import { Fault } from '../fault.ts'
import { makeFolder } from '../runtime/make-folder.ts'

/** Makes the folder that a backup or a restored installation goes into. @throws Fault `backup.no-folder` */
export function makeTarget(folder: string): void {
  try {
    makeFolder(folder)
  } catch (cause) {
    const reason = String(cause instanceof Error && 'code' in cause ? cause.code : cause)
    throw new Fault('backup.no-folder', `the folder cannot be made (${reason})`, { folder, reason }, { cause })
  }
}
