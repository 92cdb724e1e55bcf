import type { OperationModel, ServiceModel } from '../model/index.ts'
import { bucketOfHost } from './bucket-host.ts'
import { type Parameter, readForm } from './form.ts'
import type { RequestHead } from './message.ts'
import { ProtocolError } from './protocol-error.ts'
import { matchRest } from './rest-route.ts'

/** A request whose operation is known; what was decoded on the way is kept for reading the input. */
export interface Route {
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly head: RequestHead
  /** Decoded values of the URI's labels (rest protocols). */
  readonly labels: Readonly<Record<string, string>>
  /** Parameters of the URL (rest protocols), of URL and body (query protocol). */
  readonly parameters: readonly Parameter[]
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Which operation of a service a request means; `undefined` when it has none such.
 * `body` is needed by the query protocol alone, whose operation may be named in it.
 *
 * @throws ProtocolError when the address or the form cannot be decoded
 */
export function routeOperation(model: ServiceModel, head: RequestHead, body?: Uint8Array): Route | undefined {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1': {
      const target = head.headers['x-amz-target'] ?? ''
      const name = target.slice(target.lastIndexOf('.') + 1)
      return named(model, name, head, [])
    }
    case 'query': {
      const parameters = queryParameters(head, body)
      const action = parameters.find(([name]) => name === 'Action')?.[1] ?? ''
      return named(model, action, head, parameters)
    }
    case 'restJson1':
    case 'restXml': {
      const isS3 = model.protocol === 'restXml'
      const parameters = readForm(head.query, isS3 ? 'InvalidURI' : 'SerializationException')
      const bucket = isS3 ? bucketOfHost(head.headers.host ?? '') : undefined
      const path = bucket === undefined ? head.path : `/${bucket}${head.path}`
      const match = matchRest(model, head.method, path, parameters, head.headers)
      return match && { model, head, parameters, ...match }
    }
  }
}

function named(
  model: ServiceModel,
  name: string,
  head: RequestHead,
  parameters: readonly Parameter[],
): Route | undefined {
  const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
  return operation && { model, operation, head, labels: {}, parameters }
}

function queryParameters(head: RequestHead, body: Uint8Array | undefined): Parameter[] {
  const inUrl = readForm(head.query, 'MalformedInput').filter(([name]) => !name.startsWith('X-Amz-'))
  return body === undefined ? inUrl : [...inUrl, ...readForm(decodeBody(body), 'MalformedInput')]
}

function decodeBody(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw new ProtocolError('MalformedInput', 'The request body is not UTF-8', { cause })
  }
}
