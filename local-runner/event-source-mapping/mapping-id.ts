import { createHash } from 'node:crypto'

function uuidOf(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex')
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Consumer group of a mapping that names none; on AWS it is the mapping's UUID (esm-logging). */
export const defaultConsumerGroupId = (functionName: string, topic: string): string =>
  uuidOf(functionName, topic)

/** The mapping's UUID, the same at each start, as on AWS. */
export function mappingIdOf(functionName: string, consumerGroupId: string, topic: string): string {
  const ofDefaultGroup = defaultConsumerGroupId(functionName, topic)
  return consumerGroupId === ofDefaultGroup ? ofDefaultGroup : uuidOf(functionName, topic, consumerGroupId)
}
