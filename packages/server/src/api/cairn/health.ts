import { defineEndpoint } from '../endpoint.ts'

/** Live and ready in one document. Always 200: who only wants the status asks for one of the two below. */
export const health = defineEndpoint({
  method: 'GET',
  path: '/_cairn/health',
  uses: ['health'],
  access: 'open',
  readOnly: true,
  run: (_request, capabilities) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(capabilities.health.report()),
  }),
})

export const healthLive = defineEndpoint({
  method: 'GET',
  path: '/_cairn/health/live',
  uses: ['health'],
  access: 'open',
  readOnly: true,
  run: (_request, capabilities) => statusOnly(capabilities.health.report().live),
})

/** 503 while changes are refused, as on a full disk. */
export const healthReady = defineEndpoint({
  method: 'GET',
  path: '/_cairn/health/ready',
  uses: ['health'],
  access: 'open',
  readOnly: true,
  run: (_request, capabilities) => statusOnly(capabilities.health.report().ready),
})

function statusOnly(isWell: boolean) {
  return { status: isWell ? 200 : 503, contentType: 'application/json', body: JSON.stringify({ ok: isWell }) }
}
