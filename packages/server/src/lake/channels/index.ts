export { type Channel, type ChannelId, channelArn, channelCollection, isKnownSource } from './channel.ts'
export { type ChannelObstacle, type Channels, createChannels } from './channels.ts'
