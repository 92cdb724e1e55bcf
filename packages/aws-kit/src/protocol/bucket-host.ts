/** Name in a `Host` header: lower case, without port, without the dot of the root. */
export function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
}

/**
 * Bucket of a virtual-host-style address, `undefined` when the bucket is in the path:
 *
 *     host = bucket ".s3" ( "." / "-" ) rest        ; bucket.s3.eu-west-1.amazonaws.com, bucket.s3-eu-west-1.…, bucket.s3.localhost
 *          / bucket ".localhost"                    ; what clients make of the endpoint http://localhost
 *
 * A bucket's own name may contain dots, so the last `.s3.` counts.
 */
export function bucketOfHost(host: string): string | undefined {
  const name = hostName(host)
  const marked = /^(.+)\.s3[.-]./.exec(name)
  if (marked !== null) return marked[1]
  const local = /^(.+)\.localhost$/.exec(name)?.[1]
  return local === undefined || local === 's3' || local.startsWith('s3.') ? undefined : local
}
