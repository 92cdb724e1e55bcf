import { defineEndpoint } from '../endpoint.ts'

/** Prometheus text, with the queue of each trail by its name. */
export const operatorMetrics = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/metrics',
  uses: ['metrics'],
  access: 'operator',
  readOnly: true,
  run: async (_request, { metrics }) => ({
    status: 200,
    contentType: metrics.contentType,
    body: await metrics.textForOperator(),
  }),
})
