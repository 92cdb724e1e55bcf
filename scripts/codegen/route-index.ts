import type { ServiceDefinition } from './service-definition.ts'

/**
 * models/routes/_index.json: how a request tells its service. A row is the service with the name it signs under, the
 * first labels of its host, the prefix of its targets, the version of a query API, and whether it is spoken in a form.
 */
export function routeIndex(definitions: ReadonlyMap<string, ServiceDefinition>, origin: string): string {
  const rows = [...definitions].map(([service, { metadata, operations }]) => {
    // Services that have moved on still take the forms of their older clients: `awsQueryCompatible`.
    const protocols = [metadata.protocol, ...(metadata.protocols ?? [])]
    const isForm =
      metadata.awsQueryCompatible !== undefined || protocols.some((each) => each === 'query' || each === 'ec2')
    const row = [
      service,
      metadata.signingName ?? metadata.endpointPrefix,
      metadata.endpointPrefix,
      metadata.targetPrefix ?? '',
      isForm ? metadata.apiVersion : '',
      Object.keys(operations).length,
    ]
    return JSON.stringify(row)
  })
  return `{"origin":${JSON.stringify(origin)},\n"services":[\n${rows.join(',\n')}]}\n`
}
