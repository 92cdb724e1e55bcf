/**
 * Operations of EC2 that are recorded by its first emitter: those of its API as of October 2014. All later ones are
 * recorded by the second.
 *
 * @source botocore's definition of EC2's version 2014-10-01; of 99 operations in real log files none falls otherwise
 */
const first =
  'AcceptVpcPeeringConnection AllocateAddress AssignPrivateIpAddresses AssociateAddress AssociateDhcpOptions AssociateRouteTable AttachClassicLinkVpc AttachInternetGateway AttachNetworkInterface AttachVolume AttachVpnGateway AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress BundleInstance CancelBundleTask CancelConversionTask CancelExportTask CancelReservedInstancesListing CancelSpotInstanceRequests ConfirmProductInstance CopyImage CopySnapshot CreateCustomerGateway CreateDhcpOptions CreateImage CreateInstanceExportTask CreateInternetGateway CreateKeyPair CreateNetworkAcl CreateNetworkAclEntry CreateNetworkInterface CreatePlacementGroup CreateReservedInstancesListing CreateRoute CreateRouteTable CreateSecurityGroup CreateSnapshot CreateSpotDatafeedSubscription CreateSubnet CreateTags CreateVolume CreateVpc CreateVpcPeeringConnection CreateVpnConnection CreateVpnConnectionRoute CreateVpnGateway DeleteCustomerGateway DeleteDhcpOptions DeleteInternetGateway DeleteKeyPair DeleteNetworkAcl DeleteNetworkAclEntry DeleteNetworkInterface DeletePlacementGroup DeleteRoute DeleteRouteTable DeleteSecurityGroup DeleteSnapshot DeleteSpotDatafeedSubscription DeleteSubnet DeleteTags DeleteVolume DeleteVpc DeleteVpcPeeringConnection DeleteVpnConnection DeleteVpnConnectionRoute DeleteVpnGateway DeregisterImage DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones DescribeBundleTasks DescribeClassicLinkInstances DescribeConversionTasks DescribeCustomerGateways DescribeDhcpOptions DescribeExportTasks DescribeImageAttribute DescribeImages DescribeInstanceAttribute DescribeInstanceStatus DescribeInstances DescribeInternetGateways DescribeKeyPairs DescribeNetworkAcls DescribeNetworkInterfaceAttribute DescribeNetworkInterfaces DescribePlacementGroups DescribeRegions DescribeReservedInstances DescribeReservedInstancesListings DescribeReservedInstancesModifications DescribeReservedInstancesOfferings DescribeRouteTables DescribeSecurityGroups DescribeSnapshotAttribute DescribeSnapshots DescribeSpotDatafeedSubscription DescribeSpotInstanceRequests DescribeSpotPriceHistory DescribeSubnets DescribeTags DescribeVolumeAttribute DescribeVolumeStatus DescribeVolumes DescribeVpcAttribute DescribeVpcClassicLink DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConnections DescribeVpnGateways DetachClassicLinkVpc DetachInternetGateway DetachNetworkInterface DetachVolume DetachVpnGateway DisableVgwRoutePropagation DisableVpcClassicLink DisassociateAddress DisassociateRouteTable EnableVgwRoutePropagation EnableVolumeIO EnableVpcClassicLink GetConsoleOutput GetPasswordData ImportInstance ImportKeyPair ImportVolume ModifyImageAttribute ModifyInstanceAttribute ModifyNetworkInterfaceAttribute ModifyReservedInstances ModifySnapshotAttribute ModifySubnetAttribute ModifyVolumeAttribute ModifyVpcAttribute MonitorInstances PurchaseReservedInstancesOffering RebootInstances RegisterImage RejectVpcPeeringConnection ReleaseAddress ReplaceNetworkAclAssociation ReplaceNetworkAclEntry ReplaceRoute ReplaceRouteTableAssociation ReportInstanceStatus RequestSpotInstances ResetImageAttribute ResetInstanceAttribute ResetNetworkInterfaceAttribute ResetSnapshotAttribute RevokeSecurityGroupEgress RevokeSecurityGroupIngress RunInstances StartInstances StopInstances TerminateInstances UnassignPrivateIpAddresses UnmonitorInstances'

export const firstEmitter: ReadonlySet<string> = new Set(first.split(' '))

type SetName = readonly [set: string, item?: string]

/**
 * How the first emitter calls lists: the name on the wire → name, and name of an item's value where that is not the
 * wire's.
 *
 * @source real log files of 2017–2026; the element names of EC2's first, SOAP, API
 */
const setNames: Readonly<Record<string, SetName>> = {
  Add: ['add'],
  AllocationId: ['allocationIdsSet'],
  AttributeName: ['accountAttributeNameSet'],
  BlockDeviceMapping: ['blockDeviceMapping'],
  BundleId: ['bundlesSet'],
  CustomerGatewayId: ['customerGatewaySet'],
  DhcpOptionsId: ['dhcpOptionsSet'],
  ExecutableBy: ['executableBySet', 'user'],
  Filter: ['filterSet'],
  Groups: ['groups'],
  ImageId: ['imagesSet'],
  InstanceId: ['instancesSet'],
  InternetGatewayId: ['internetGatewayIdSet'],
  IpPermissions: ['ipPermissions'],
  IpRanges: ['ipRanges'],
  Ipv6Ranges: ['ipv6Ranges'],
  KeyName: ['keySet'],
  KeyPairId: ['keyPairIdSet'],
  NetworkAclId: ['networkAclIdSet'],
  NetworkInterface: ['networkInterfaceSet'],
  NetworkInterfaceId: ['networkInterfaceIdSet'],
  Owner: ['ownersSet'],
  PrefixListIds: ['prefixListIds'],
  PrivateIpAddresses: ['privateIpAddressesSet'],
  PublicIp: ['publicIpsSet'],
  RegionName: ['regionSet'],
  Remove: ['remove'],
  ResourceId: ['resourcesSet'],
  RestorableBy: ['sharedUsersSet', 'user'],
  RouteTableId: ['routeTableIdSet'],
  SecurityGroup: ['groupSet', 'groupName'],
  SecurityGroupId: ['groupSet', 'groupId'],
  SnapshotId: ['snapshotSet'],
  SubnetId: ['subnetSet'],
  Tag: ['tagSet'],
  TagSpecification: ['tagSpecificationSet'],
  Value: ['valueSet'],
  VolumeId: ['volumeSet'],
  VpcId: ['vpcSet'],
  VpcPeeringConnectionId: ['vpcPeeringConnectionIdSet'],
  VpnConnectionId: ['vpnConnectionSet'],
  VpnGatewayId: ['vpnGatewaySet'],
  ZoneId: ['availabilityZoneIdSet'],
  ZoneName: ['availabilityZoneSet'],
}

/** What one operation calls otherwise. @source as above */
interface OwnNames {
  readonly sets?: Readonly<Record<string, SetName>>
  readonly members?: Readonly<Record<string, string>>
  /** Numbers that are kept as text: sizes of volumes. */
  readonly texts?: readonly string[]
  /** Lists of `item`, not of `items`. */
  readonly bare?: readonly string[]
  /** Lists that came later and are shown only where they are used. */
  readonly later?: readonly string[]
}

const ownNames: Readonly<Record<string, OwnNames>> = {
  CreateNetworkAclEntry: { members: { Icmp: 'icmpTypeCode', Protocol: 'aclProtocol' } },
  CreateSnapshot: { texts: ['volumeSize'] },
  CreateVolume: { members: { AvailabilityZone: 'zone' }, texts: ['size'] },
  DescribeAvailabilityZones: { later: ['Filter'] },
  DescribePlacementGroups: { sets: { GroupId: ['placementGroupIdSet'], GroupName: ['placementGroupSet'] } },
  DescribeRegions: { later: ['Filter'] },
  DescribeSecurityGroups: { sets: { GroupId: ['securityGroupIdSet'], GroupName: ['securityGroupSet'] } },
  DescribeVpcClassicLink: { bare: ['VpcId'], later: ['VpcId'] },
  ModifyImageAttribute: { members: { Attribute: 'attributeType' } },
  ModifySnapshotAttribute: { members: { Attribute: 'attributeType' } },
  ReplaceNetworkAclEntry: { members: { Icmp: 'icmpTypeCode', Protocol: 'aclProtocol' } },
}

const noNames: OwnNames = {}

function namesOf(operation: string): OwnNames {
  return Object.hasOwn(ownNames, operation) ? (ownNames[operation] ?? noNames) : noNames
}

/** What the first emitter writes where the caller said nothing. @source as above */
const unsaid: Readonly<Record<string, object>> = {
  AuthorizeSecurityGroupEgress: { ipPermissions: {} },
  AuthorizeSecurityGroupIngress: { ipPermissions: {} },
  CreateNetworkAclEntry: { icmpTypeCode: {} },
  CreateNetworkInterface: { privateIpAddressesSet: {}, ipv6AddressCount: 0 },
  CreateVpc: { instanceTenancy: 'default', amazonProvidedIpv6CidrBlock: false },
  DeleteSnapshot: { force: false },
  DescribeAccountAttributes: { filterSet: {} },
  DescribeInstanceStatus: { includeAllInstances: false },
  RevokeSecurityGroupEgress: { ipPermissions: {} },
  RevokeSecurityGroupIngress: { ipPermissions: {} },
  RunInstances: {
    blockDeviceMapping: {},
    monitoring: { enabled: false },
    disableApiTermination: false,
    disableApiStop: false,
  },
}

/** Of the items of `ipPermissions`. */
export const unsaidOfPermission = { groups: {}, ipRanges: {}, ipv6Ranges: {}, prefixListIds: {} } as const

/** Members of RunInstances that stand in the items of its `instancesSet`. */
export const ofEachInstance: ReadonlySet<string> = new Set(['imageId', 'keyName', 'minCount', 'maxCount'])

export function setName(operation: string, wireName: string): { readonly set: string; readonly item: string } {
  const [set, item] = namesOf(operation).sets?.[wireName] ?? setNames[wireName] ?? [`${lowerFirst(wireName)}Set`]
  return { set, item: item ?? lowerFirst(wireName) }
}

/** Whether a reading operation shows an empty list for it. */
export function showsEmptySet(operation: string, wireName: string): boolean {
  const { later, sets } = namesOf(operation)
  return later?.includes(wireName) !== true && (Object.hasOwn(setNames, wireName) || sets?.[wireName] !== undefined)
}

/** What the first emitter calls the items of a list in a request. */
export function itemsName(operation: string, wireName: string): 'item' | 'items' {
  return namesOf(operation).bare?.includes(wireName) === true ? 'item' : 'items'
}

/** Lists in answers whose items the first emitter calls as the second would. @source as above */
export const bareInAnswers: ReadonlySet<string> = new Set(['privateIpAddressesSet'])

export function isTextNumber(operation: string, name: string): boolean {
  return namesOf(operation).texts?.includes(name) === true
}

export function memberName(operation: string, wireName: string): string {
  return namesOf(operation).members?.[wireName] ?? lowerFirst(wireName)
}

export function unsaidMembers(operation: string): object {
  return unsaid[operation] ?? {}
}

const lowered = new Map<string, string>()

/** Of names in the model, which are few. */
function lowerFirst(name: string): string {
  const known = lowered.get(name)
  if (known !== undefined) return known
  const lower = name.slice(0, 1).toLowerCase() + name.slice(1)
  lowered.set(name, lower)
  return lower
}
