import type { MappingOrigin } from '../../journal/mapping-events.ts'

export const MAPPING_LABELS = ['function', 'group', 'topic'] as const

export type MappingLabels = Readonly<Record<(typeof MAPPING_LABELS)[number], string>>

export const mappingLabelsOf = ({ functionName, consumerGroupId, topic }: MappingOrigin): MappingLabels => ({
  function: functionName,
  group: consumerGroupId,
  topic,
})
