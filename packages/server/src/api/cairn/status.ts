import { defineEndpoint } from '../endpoint.ts'

/** How the installation is: its state, its size, what is in it. */
export const status = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/status',
  uses: ['upkeep'],
  access: 'operator',
  readOnly: true,
  run: async (_, { upkeep }) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(await upkeep.status()),
  }),
})
