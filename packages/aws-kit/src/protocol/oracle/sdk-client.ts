import { Readable } from 'node:stream'
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as iam from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import type { Answer, RequestHead } from '../message.ts'

/** A request as the official client would have put it on the wire. */
export interface SentRequest {
  readonly head: RequestHead
  readonly body: Uint8Array
}

/** Calls an operation through the official client, whose requests go to `answer` instead of a socket. */
export interface OracleClient {
  hasOperation(name: string): boolean
  call(operation: string, input: object): Promise<object>
}

interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly hostname: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

type Constructor = new (argument: object) => object

const packages: Readonly<Record<string, readonly [module: object, client: string]>> = {
  cloudtrail: [cloudtrail, 'CloudTrailClient'],
  s3: [s3, 'S3Client'],
  sts: [sts, 'STSClient'],
  iam: [iam, 'IAMClient'],
}

const ignore = () => {}
/** The client gives advice on the console otherwise. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore }

export function createOracleClient(
  service: string,
  answer: (request: SentRequest) => Promise<Answer> | Answer,
): OracleClient {
  const [module, clientName] = packages[service] ?? [{}, '']
  const exported = module as Readonly<Record<string, Constructor>>
  const requestHandler = {
    async handle(request: HttpRequest) {
      const { status, headers, body } = await answer(toSent(request))
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, each]) => [name.toLowerCase(), each]))
      const stream = Readable.from(body instanceof Uint8Array ? [body] : body)
      return { response: { statusCode: status, headers: lowered, body: stream } }
    },
  }
  const client = new (exported[clientName] as Constructor)({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:4577',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    forcePathStyle: true,
    disableHostPrefix: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    logger: silent,
    requestHandler,
  }) as { send(command: object): Promise<object> }
  return {
    hasOperation: (name) => `${name}Command` in exported,
    call: (name, input) => client.send(new (exported[`${name}Command`] as Constructor)(input)),
  }
}

function toSent(request: HttpRequest): SentRequest {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value]
    return values.map((each: string | null) => {
      return each === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(each)}`
    })
  })
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)])
  return {
    head: {
      method: request.method,
      path: request.path,
      query: query.join('&'),
      headers: Object.fromEntries([...headers, ['host', '127.0.0.1:4577']]),
    },
    body: typeof request.body === 'string' ? Buffer.from(request.body) : new Uint8Array(request.body ?? []),
  }
}
