import { defineEndpoint } from '../endpoint.ts'

/** Prometheus text. Open to anyone who reaches the server, so it names no account, resource or address. */
export const metrics = defineEndpoint({
  method: 'GET',
  path: '/_cairn/metrics',
  uses: ['metrics'],
  access: 'open',
  readOnly: true,
  run: async (_request, capabilities) => ({
    status: 200,
    contentType: capabilities.metrics.contentType,
    body: await capabilities.metrics.text(),
  }),
})
