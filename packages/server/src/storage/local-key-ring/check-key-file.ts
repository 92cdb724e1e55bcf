import { Fault } from '../../fault.ts'
import { readKeyFile } from './key-file.ts'

/**
 * What is wrong with a key file, without quoting it; `undefined` when nothing is.
 *
 * @throws Fault `vault.newer-format`
 */
export async function checkKeyFile(path: string): Promise<string | undefined> {
  try {
    return (await readKeyFile(path)) === undefined ? 'the key file is missing (vault.missing)' : undefined
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'vault.newer-format') throw error
    const { reason } = error.fields
    return `${error.message}${reason === undefined ? '' : `: ${reason}`} (${error.code})`
  }
}
