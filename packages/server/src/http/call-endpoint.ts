import type { Capabilities } from '../api/capabilities.ts'
import type { Endpoint, EndpointAnswer, EndpointRequest } from '../api/endpoint.ts'
import type { Principal } from '../identity/index.ts'
import type { RecordEndpoint } from './record-endpoint.ts'

export interface InProcessRequest extends Omit<EndpointRequest, 'principal' | 'require'> {
  readonly method: string
  readonly path: string
}

/** Calls one of Cairn's own endpoints without a socket, as the operator: whoever can open the directory is that. */
export type EndpointCaller = (request: InProcessRequest) => Promise<EndpointAnswer>

export function createEndpointCaller(
  endpoints: readonly Endpoint[],
  capabilities: Capabilities,
  record: RecordEndpoint,
): EndpointCaller {
  const operator: Principal = { kind: 'operator', accessKeyId: 'in-process' }
  return async ({ method, path, ...request }) => {
    const endpoint = endpoints.find((candidate) => candidate.path === path && candidate.method === method)
    if (!endpoint) {
      return {
        status: 404,
        contentType: 'application/json',
        body: JSON.stringify({ __type: 'NotFound', message: path }),
      }
    }
    const run = () => endpoint.run({ ...request, principal: operator, require: () => {} }, capabilities)
    if (endpoint.access === 'open') return run()
    return record({ endpoint, query: request.query, sourceIp: 'local', userAgent: 'cairn' }, async (identified) => {
      await identified(operator)
      return run()
    })
  }
}
