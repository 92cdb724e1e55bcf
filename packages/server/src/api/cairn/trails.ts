import { defineEndpoint } from '../endpoint.ts'

/** The trails of every account, as the catalogue keeps them. */
export const listTrails = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/trails',
  uses: ['trails'],
  access: 'operator',
  readOnly: true,
  run: (_request, { trails }) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify({ trails: trails.all() }),
  }),
})
