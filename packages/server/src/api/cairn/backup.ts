import { isAbsolute } from 'node:path'
import { Fault } from '../../fault.ts'
import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/** Copies the installation, as of one moment, into the folder `folder` of the server's machine. */
export const backup = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/backup',
  uses: ['upkeep'],
  access: 'operator',
  readOnly: true,
  async run({ query }, { upkeep }) {
    const folder = query.get('folder') ?? ''
    if (!isAbsolute(folder)) return refused('InvalidFolder', 'the folder must be an absolute path')
    try {
      const body = JSON.stringify(await upkeep.backUp(folder))
      return { status: 200, contentType: 'application/json', body }
    } catch (error) {
      if (error instanceof Fault && error.code.startsWith('backup.')) return refused(error.code, error.message)
      throw error
    }
  },
})
