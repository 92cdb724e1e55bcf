import { bucketOfHost, hostName } from '../protocol/index.ts'
import { routeIndex } from './route-index.ts'

/** Labels of the longest prefix of a host that is a service's. */
const hostLabelsMax = 4

/** Whether a host is one of AWS, known or not. */
export function isHostOfAws(host: string): boolean {
  return /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(hostName(host))
}

/** Services that a host names, `[]` for hosts that name none, such as an emulator's. */
export function servicesOfHost(host: string): readonly string[] {
  const name = hostName(host)
  const { byHost } = routeIndex()
  const labels = name.split('.').slice(0, 2 * hostLabelsMax)
  if (!isHostOfAws(host)) {
    // `s3.localhost`, `bucket.s3.localhost`: the ways in which people address an emulator.
    return name.endsWith('.localhost') && labels.includes('s3') ? ['s3'] : []
  }
  // A bucket may be called `dynamodb`; S3's own label is the last that counts. `s3-outposts` and its kin are others.
  const [first = ''] = labels
  const isS3 = bucketOfHost(name) !== undefined || first === 's3' || first.startsWith('s3-')
  const kin = labels.map((label) => byHost.get(label)).find((services) => services !== undefined)
  if (isS3)
    return kin !== undefined && !kin.includes('s3') && labels.some((label) => label.startsWith('s3-')) ? kin : ['s3']
  // Account ids and the like may stand in front, regions behind.
  for (let start = 0; start < labels.length; start += 1) {
    for (let length = Math.min(hostLabelsMax, labels.length - start); length > 0; length -= 1) {
      const services = servicesOfPrefix(labels.slice(start, start + length).join('.'))
      if (services !== undefined) return services
    }
  }
  return []
}

/** `query-lakeformation` and `dynamodb-fips` are the service with a word before or behind it. */
function servicesOfPrefix(prefix: string): readonly string[] | undefined {
  const { byHost } = routeIndex()
  for (let rest = prefix.replace(/-fips$/, ''), dash = 0; dash >= 0; rest = rest.slice(dash + 1)) {
    const services = byHost.get(rest)
    if (services !== undefined) return services
    dash = rest.indexOf('-')
  }
  return undefined
}
