import { bucketOfHost, hostName } from '../protocol/index.ts'
import { routeIndex } from './route-index.ts'

/** Labels of the longest prefix of a host that is a service's. */
const hostLabelsMax = 4

/** Services that a host names, `[]` for hosts that name none, such as an emulator's. */
export function servicesOfHost(host: string): readonly string[] {
  const name = hostName(host)
  const { byHost } = routeIndex()
  const labels = name.split('.').slice(0, 2 * hostLabelsMax)
  const isOfAws = /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(name)
  if (!isOfAws) {
    // `s3.localhost`, `bucket.s3.localhost`: the ways in which people address an emulator.
    return name.endsWith('.localhost') && labels.includes('s3') ? ['s3'] : []
  }
  // A bucket may be called `dynamodb`; S3's own label is the last that counts.
  if (bucketOfHost(name) !== undefined || labels[0] === 's3' || labels[0]?.startsWith('s3-') === true) {
    return labels.includes('s3-control') ? ['s3control'] : ['s3']
  }
  // Account ids and the like may stand in front, regions behind.
  for (let start = 0; start < labels.length; start += 1) {
    for (let length = Math.min(hostLabelsMax, labels.length - start); length > 0; length -= 1) {
      const prefix = labels.slice(start, start + length).join('.')
      const services = byHost.get(prefix) ?? byHost.get(prefix.replace(/-fips$/, ''))
      if (services !== undefined) return services
    }
  }
  return []
}
