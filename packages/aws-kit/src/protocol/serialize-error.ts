import type { Protocol, ServiceModel, Shape } from '../model/index.ts'
import { type Answer, emptyBody } from './message.ts'
import { hostId, identify } from './serialize-output.ts'
import { escapeXml } from './xml.ts'

/** An error on its way to a caller. */
export interface WireError {
  /** Name of an error shape of the model (`NoSuchEntityException`), or a code as it is on the wire. */
  readonly code: string
  readonly message: string
  /** HTTP status where neither model nor protocol knows one. */
  readonly status?: number
  /** S3: elements beyond code and message, e.g. `{ BucketName: 'logs' }`. JSON: further members. */
  readonly details?: Readonly<Record<string, string>>
}

/** What an error must be written for; `model` is absent when not even the service could be told. */
export interface ErrorTarget {
  readonly protocol: Protocol
  readonly model?: ServiceModel | undefined
  /** Answers to HEAD have no body; S3's clients then go by the status. */
  readonly isHead?: boolean | undefined
}

/** Writes an error so that a client raises the exception it has for it. Never HTML, never an empty document. */
export function serializeError(target: ErrorTarget, error: WireError, requestId: string): Answer {
  const facts = factsOf(target.model, error)
  const headers = identify(target, requestId)
  const body = target.isHead === true || facts.status === 304 ? emptyBody : bodyOf(target, facts, error, requestId)
  switch (target.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'restJson1':
      return {
        status: facts.status,
        headers: { ...headers, 'x-amzn-ErrorType': facts.code, ...queryError(target.model, error.code, facts) },
        body,
      }
    case 'query':
    case 'restXml':
      return { status: facts.status, headers, body }
  }
}

/** @source Smithy, awsQueryCompatible trait: code and fault as they were in the query protocol */
function queryError(model: ServiceModel | undefined, code: string, { status }: ErrorFacts) {
  if (model?.queryErrors === undefined) return {}
  return { 'x-amzn-query-error': `${queryCode(model, code) ?? code};${status < 500 ? 'Sender' : 'Receiver'}` }
}

function queryCode({ queryErrors }: ServiceModel, code: string): string | undefined {
  return queryErrors && Object.hasOwn(queryErrors, code) ? queryErrors[code] : undefined
}

interface ErrorFacts {
  readonly code: string
  readonly status: number
}

/** Code on the wire, as of a shape's name: `NoSuchEntityException` → `NoSuchEntity` in IAM. */
export function wireErrorCode(model: ServiceModel | undefined, code: string): string {
  return errorShape(model, code)?.error?.code ?? code
}

function errorShape(model: ServiceModel | undefined, name: string) {
  const shape: Shape | undefined = model && Object.hasOwn(model.shapes, name) ? model.shapes[name] : undefined
  return shape?.type === 'structure' ? shape : undefined
}

/**
 * Where the model gives no status, 400: CloudTrail answers so even to what its documentation gives other statuses.
 */
function factsOf(model: ServiceModel | undefined, error: WireError): ErrorFacts {
  const modelled = errorShape(model, error.code)?.error
  const translated = model?.protocol === 'query' ? queryCode(model, error.code) : undefined
  const code = translated ?? modelled?.code ?? error.code
  const common = model && Object.hasOwn(model.commonErrors, code) ? model.commonErrors[code] : undefined
  // A status that came with an error's name in JSON is JSON's.
  const given = translated === undefined ? error.status : undefined
  return { code, status: given ?? modelled?.status ?? common ?? 400 }
}

function bodyOf(target: ErrorTarget, facts: ErrorFacts, error: WireError, requestId: string): Uint8Array {
  const details = Object.entries(error.details ?? {})
  switch (target.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'restJson1': {
      const members = [['__type', facts.code], ['message', error.message], ...details]
      return Buffer.from(JSON.stringify(Object.fromEntries(members)))
    }
    case 'query': {
      const type = facts.status < 500 ? 'Sender' : 'Receiver'
      const namespace = escapeXml(target.model?.xmlNamespace ?? '')
      const inner = element('Type', type) + element('Code', facts.code) + element('Message', error.message)
      const id = element('RequestId', requestId)
      return Buffer.from(`<ErrorResponse xmlns="${namespace}"><Error>${inner}</Error>${id}</ErrorResponse>`)
    }
    case 'restXml': {
      const inner = [['Code', facts.code], ['Message', error.message], ...details]
      const ids = element('RequestId', requestId) + element('HostId', hostId(requestId))
      const text = inner.map(([name, value]) => element(name ?? '', value ?? '')).join('')
      return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${text}${ids}</Error>`)
    }
  }
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}
