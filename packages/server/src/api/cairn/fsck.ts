import { defineEndpoint } from '../endpoint.ts'

/** Reads everything that is stored: a line for each damage as it is found, then one that says it was the last. */
export const fsck = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/fsck',
  uses: ['upkeep'],
  access: 'operator',
  readOnly: true,
  run: (request, { upkeep }) => ({
    status: 200,
    contentType: 'application/x-ndjson',
    body: (async function* () {
      for await (const damage of upkeep.check(request.signal)) yield `${JSON.stringify(damage)}\n`
      yield `${JSON.stringify({ end: true })}\n`
    })(),
  }),
})
