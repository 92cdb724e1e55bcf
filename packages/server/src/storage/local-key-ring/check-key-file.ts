import { Fault } from '../../fault.ts'
import { readKeyFile } from './key-file.ts'

/** Key ids in sealed texts (local-key-ring.ts) among others. */
const sealedText = /"1\.(k-[0-9a-f]{12})\./g

/**
 * What is wrong with a key file, without quoting it; `undefined` when nothing is. `sealed` are the texts of documents:
 * whatever in them is sealed has to have its key here.
 *
 * @throws Fault `vault.newer-format`
 */
export async function checkKeyFile(path: string, sealed: readonly string[] = []): Promise<string | undefined> {
  try {
    const keys = await readKeyFile(path)
    if (keys === undefined) return 'the key file is missing (vault.missing)'
    const known = new Set(keys.map(({ id }) => id))
    const unknown = sealed.flatMap((text) => [...text.matchAll(sealedText)]).find(([, id = '']) => !known.has(id))
    return unknown && `secrets of the catalogue are sealed with ${unknown[1]}, which is not in it (vault.unsealable)`
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'vault.newer-format') throw error
    const { reason } = error.fields
    return `${error.message}${reason === undefined ? '' : `: ${reason}`} (${error.code})`
  }
}
