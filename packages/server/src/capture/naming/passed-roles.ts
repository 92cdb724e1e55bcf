import { type Identified, type ObservedRequest, readCborHead } from '@cairn/aws-kit/naming'
import { membersBelow, oncePerShape } from './members-below.ts'
import type { CallPlace } from './named-call.ts'

/**
 * Roles that a call hands to a service, as ARNs; one with `*` for a name where the request does not tell which. IAM asks
 * for `iam:PassRole` on each, since the service may then do all that the role may.
 *
 * A member's name tells that it is a role: no table of AWS's does.
 *
 * @source IAM User Guide, granting a user permissions to pass a role to an AWS service
 */
export function passedRoles(identified: Identified, request: ObservedRequest, place: CallPlace): readonly string[] {
  const { table, operation, form } = identified
  if (table === undefined || operation === undefined || ownBusiness.has(table.service)) return none
  if (operation.reads || /^(Delete|Detach|Disassociate|Remove|Untag)/.test(operation.name)) return none
  if (operation.input === undefined || !takesRoles(table.model, operation.input)) return none
  const found: Found = { roles: new Set(), members: 0, isUnclear: !request.bodyIsWhole, service: table.service, place }
  if (form.length > 0) {
    // `IamInstanceProfile.Arn` is a profile, `AddIamRoles.member.1` a role.
    for (const [name, value] of form) {
      const meant = name.split('.').find(isNoted)
      if (meant !== undefined) note(meant, value, found)
    }
  } else if (request.bodyHead.byteLength > 0) {
    readBody(identified, request, found)
  }
  const roles = [...found.roles]
  return found.isUnclear || roles.length > rolesMax ? [anyRole(place)] : roles
}

const none: readonly string[] = []
/** Roles are what they are about; Security Hub is told what others have found of them. */
const ownBusiness: ReadonlySet<string> = new Set(['iam', 'securityhub', 'sts'])
/** A call with more hands over whatever it likes. */
const rolesMax = 20
const depthMax = 16

const isRole = (name: string) => /roles?$|role_?arns?$/i.test(name)
/** Its role only IAM knows. */
const isProfile = (name: string) => /instanceprofile(arn|name)?$|^jobflowrole$/i.test(name)
const isNoted = (name: string) => isRole(name) || isProfile(name)

/** Services that take a role by its bare name, too. @source API references of Glue, ECS, EMR */
const takesNames: ReadonlySet<string> = new Set(['ecs', 'emr', 'glue'])
/** Further down, what is called a role is one of another system, such as a database that a job reads. */
const nameDepthMax = 2

interface Found {
  readonly roles: Set<string>
  /** Members that were looked at because of their names. */
  members: number
  isUnclear: boolean
  readonly service: string
  readonly place: CallPlace
}

function note(name: string, value: string, found: Found, depth = 0): void {
  if (value === '') return
  if (isProfile(name)) found.roles.add(anyRole(found.place))
  else if (/^arn:[\w-]+:iam::\d{12}:role\/./.test(value)) found.roles.add(value)
  else if (depth <= nameDepthMax && takesNames.has(found.service) && /^[\w+=,.@/-]{1,128}$/.test(value)) {
    found.roles.add(`arn:${found.place.partition}:iam::${found.place.account}:role/${value}`)
  }
}

function readBody({ protocol }: Identified, { bodyHead, bodyIsWhole }: ObservedRequest, found: Found): void {
  if (protocol === 'rpcV2Cbor') {
    collect(readCborHead(bodyHead), '', found)
    return
  }
  const text = Buffer.from(bodyHead.buffer, bodyHead.byteOffset, bodyHead.byteLength).toString('utf8')
  if (protocol === 'restXml') collectXml(text, found)
  else if (bodyIsWhole) collectJson(text, found)
}

function collectJson(text: string, found: Found): void {
  try {
    collect(JSON.parse(text), '', found)
  } catch {
    found.isUnclear = true
  }
  // Of a member that comes twice, the one that is kept here need not be the one that the service reads.
  const plain = text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  const written = plain.match(/"[^"\\]*"\s*:/g) ?? []
  const meant = written.filter((member) => isNoted(member.slice(1, member.lastIndexOf('"'))))
  if (meant.length > found.members) found.isUnclear = true
}

function collect(value: unknown, name: string, found: Found, depth = 0): void {
  if (depth > depthMax) found.isUnclear = true
  else if (typeof value === 'string') {
    if (isNoted(name)) note(name, value, found, depth)
  } else if (Array.isArray(value)) for (const item of value) collect(item, name, found, depth + 1)
  else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) {
      if (isNoted(member)) found.members += 1
      // What is within a member that means a role is one, whatever it is called there.
      collect(inner, isNoted(name) && !isNoted(member) ? name : member, found, depth + 1)
    }
  }
}

function collectXml(text: string, found: Found): void {
  if (/<!|\0/.test(text)) found.isUnclear = true
  for (const [, name = '', value = ''] of text.matchAll(/<(?:[\w-]+:)?([\w-]+)[^>]*>([^<]*)<\//g)) {
    if (isNoted(name)) note(name, value.trim(), found)
    if (isNoted(name) && value.includes('&')) found.isUnclear = true
  }
}

function anyRole({ partition, account }: CallPlace): string {
  return `arn:${partition}:iam::${account}:role/*`
}

/** Whether anything in the input of an operation is called like a role. */
const takesRoles = oncePerShape((model, input) => {
  for (const [member] of membersBelow(model, input)) if (isNoted(member)) return true
  return false
})
