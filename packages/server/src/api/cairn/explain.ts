import { defineEndpoint } from '../endpoint.ts'
import { refused } from './refused.ts'

/**
 * Why trails take an event or do not: `event`, the event's id, and `trail`, a name or an ARN; without it, every trail
 * of the event's account. The answer is `{"events": […]}`, empty when there is no such event.
 */
export const explain = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/explain',
  uses: ['explainer'],
  access: 'operator',
  readOnly: true,
  async run({ query, signal }, { explainer }) {
    const eventId = query.get('event')
    const trail = query.get('trail')
    if (!eventId) return refused('InvalidQuestion', 'the parameter event must be the id of an event')
    const events = await explainer.explain({ eventId, ...(trail && { trail }) }, signal)
    return { status: 200, contentType: 'application/json', body: JSON.stringify({ events }) }
  },
})
