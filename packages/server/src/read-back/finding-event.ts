import { hash } from 'node:crypto'
import { buildRecord } from '@cairn/core/record'
import type { EventFrame } from '../ports/event-log.ts'
import type { Trail } from '../trails/index.ts'
import type { Finding } from './finding.ts'

const self = 'cloudtrail.amazonaws.com'

/** The record of a finding, in the trail's account and home region. Its id follows from what was found since when. */
export function findingFrame(
  trail: Trail,
  finding: Finding & { readonly sinceMs: number },
  catalogVersion: number,
): EventFrame {
  const { kind, place, sentence, sinceMs } = finding
  const text = buildRecord({
    userIdentity: { accountId: trail.account, invokedBy: self },
    eventTimeMs: sinceMs,
    eventSource: self,
    eventName: 'ReadBackFinding',
    awsRegion: trail.homeRegion,
    sourceIPAddress: self,
    userAgent: self,
    eventID: derivedId(`${trail.arn} ${kind} ${place} ${sinceMs}`),
    readOnly: true,
    resources: [{ accountId: trail.account, type: 'AWS::CloudTrail::Trail', ARN: trail.arn }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: trail.account,
    serviceEventDetails: { finding: kind, place, sentence },
    eventCategory: 'Management',
  })
  return {
    kind: 'event',
    audience: { kind: 'live' },
    source: 'api',
    account: trail.account,
    region: trail.homeRegion,
    catalogVersion,
    acceptedAtMs: sinceMs,
    bytes: new TextEncoder().encode(text),
  }
}

/** A UUID (version 8: of the maker's own choosing): a finding that is recorded again after a crash is the same one. */
function derivedId(text: string): string {
  const hex = hash('sha256', text)
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
