/**
 * The domains below which AWS serves its APIs, in every partition, in IPv4 and dual stack. What is reached under them
 * on port 443 is a call; a certificate of ours is good for nothing else.
 *
 * @source partitions file of the AWS SDKs: `dnsSuffix` and `dualStackDnsSuffix`
 */
export const awsDomains: readonly string[] = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
]

/** Whether `host`, in lower case, is at or below one of `domains`. */
export function isBelow(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
}
