import type { EndpointAnswer } from '../endpoint.ts'

/** The answer to what cannot be done as it was asked. */
export function refused(code: string, message: string): EndpointAnswer {
  return { status: 400, contentType: 'application/json', body: JSON.stringify({ code, message }) }
}
