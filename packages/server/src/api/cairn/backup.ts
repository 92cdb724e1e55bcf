import { isAbsolute } from 'node:path'
import { Fault } from '../../fault.ts'
import { defineEndpoint, type EndpointAnswer } from '../endpoint.ts'

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
      return answer(200, await upkeep.backUp(folder))
    } catch (error) {
      if (error instanceof Fault && error.code.startsWith('backup.')) return refused(error.code, error.message)
      throw error
    }
  },
})

function refused(code: string, message: string): EndpointAnswer {
  return answer(400, { __type: code, message })
}

function answer(status: number, body: object): EndpointAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
