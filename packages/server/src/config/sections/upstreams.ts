import { resolve } from 'node:path'
import { z } from 'zod'
import type { Rule } from '../rule.ts'
import { integer, listOf, oneOf, setting, text } from '../setting.ts'

const upstream = z.strictObject(
  {
    services: listOf(text(/^(\*|[a-z0-9][a-z0-9.-]{0,63})$/, 'names of services such as s3 or dynamodb, or *')).refine(
      (names) => names.length > 0,
      { error: 'expected at least one service' },
    ),
    endpoint: text(/^https?:\/\/[^/?#@\s,]+\/?$/, 'an address such as http://127.0.0.1:5000, without a path'),
    sign: oneOf(['pass', 'resign', 'anonymous']).default('pass'),
    credentials: z.optional(
      text(/^(env:[A-Z][A-Z0-9_]*|file:.+)$/, 'env:PREFIX_ or file:PATH: secrets themselves do not belong here'),
    ),
    region: z.optional(text(/^[a-z0-9-]{1,64}$/, 'a region name')),
    ca: z.optional(text()),
    port: z.optional(integer(1, 65_535)),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no ${issue.keys.join(', ')}`
        : 'expected an upstream such as s3=http://127.0.0.1:7070',
  },
)

type Upstream = z.output<typeof upstream>

/** The gateway: what Cairn stands in front of. */
export const upstreams = {
  upstreams: setting(z.preprocess(fromText, z.array(upstream, { error: 'expected a list of upstreams' }).default([])), {
    description:
      "Services that calls are carried to, and recorded on the way, such as `s3=http://127.0.0.1:7070`. Each has `services`, `endpoint`, `sign` (`pass`: signatures go on as they are; `resign`: Cairn checks caller and permissions and signs with `credentials`; `anonymous`: unsigned), `credentials` (`env:PREFIX_` or `file:PATH`), `region` (in signatures of `resign`; default the caller's), `ca` (file with certificates to trust) and `port` (one of its own, where everything goes to this upstream). As a flag or variable: `SERVICE[,SERVICE…]=ENDPOINT[,sign=…][,credentials=…]…`, several flags or separated by spaces. See docs/guides/gateway.md.",
    example: 's3=http://127.0.0.1:7070,sign=resign,credentials=env:UP_ dynamodb,ec2,sqs=http://127.0.0.1:5000',
    flag: '--upstream',
    isRepeatable: true,
    isCommon: true,
    inFolder: (value, folder) => (value as readonly Upstream[]).map((one) => inFolder(one, folder)),
  }),
}

export const buckets = {
  own: setting(z.optional(listOf(text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'names of buckets'))), {
    description:
      "With an upstream for S3: buckets that are Cairn's own all the same, existing or yet to be created. Default: the buckets that exist in Cairn, and those of trails.",
    example: 'my-trail-bucket',
  }),
}

/**
 * The environment and flags can hold text only: `dynamodb,ec2=http://127.0.0.1:5000,sign=pass`, several of them
 * separated by white space.
 */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value
    .split(/\s+/)
    .filter((one) => one !== '')
    .map(ofWords)
}

function ofWords(written: string): unknown {
  const [, services, endpoint, rest = ''] = /^([^=]+)=([^,]+)((?:,[^,=]+=[^,]*)*)$/.exec(written) ?? []
  if (services === undefined) return written
  const options = rest
    .split(',')
    .slice(1)
    .map((option) => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)])
  return { ...Object.fromEntries(options), services, endpoint }
}

function inFolder(one: Upstream, folder: string): Upstream {
  const file = /^file:(.+)$/.exec(one.credentials ?? '')?.[1]
  return {
    ...one,
    ...(file !== undefined && { credentials: `file:${resolve(folder, file)}` }),
    ...(one.ca !== undefined && { ca: resolve(folder, one.ca) }),
  }
}

/** Where these are not asked at the shared endpoint, a name for them there would be a setting without effect. */
const kept = ['cloudtrail', 'cloudtrail-data', 'iam', 'sts']

export const upstreamsRules: readonly Rule<{ mode: string; upstreams: readonly Upstream[] }>[] = [
  ({ upstreams }) => {
    const names = upstreams.flatMap(({ services }) => services)
    const twice = names.find((name, index) => names.includes(name, index + 1))
    return twice === undefined ? undefined : { key: 'upstreams', problem: `names two upstreams for ${twice}` }
  },
  ({ upstreams }) => {
    const ports = upstreams.flatMap(({ port }) => (port === undefined ? [] : [port]))
    return new Set(ports).size < ports.length
      ? { key: 'upstreams', problem: 'gives two upstreams the same port' }
      : undefined
  },
  ({ upstreams }) => {
    const lost = upstreams.find(
      ({ services, port }) => port === undefined && services.some((name) => kept.includes(name)),
    )
    return lost === undefined
      ? undefined
      : {
          key: 'upstreams',
          problem: `sends ${lost.services.filter((name) => kept.includes(name)).join(', ')} upstream, which Cairn itself answers at its own endpoint: give that upstream a port of its own`,
        }
  },
  ({ upstreams }) =>
    upstreams.some(({ sign, credentials }) => (sign === 'resign') !== (credentials !== undefined))
      ? { key: 'upstreams', problem: 'needs credentials where sign is resign, and nowhere else' }
      : undefined,
  // Anyone who reaches an emulator is its administrator, and would be one of the upstream's.
  ({ mode, upstreams }) =>
    mode === 'emulator' && upstreams.some(({ sign }) => sign === 'resign')
      ? {
          key: 'upstreams',
          problem:
            'signs with credentials that anybody could use in emulator mode: sign=pass or sign=anonymous go there',
        }
      : undefined,
]
