import * as z from 'zod'
import type { JournalEntry } from '../../journal/journal.ts'

export const MAPPING_LABELS = ['function', 'group', 'topic'] as const

export type MappingLabels = Readonly<Record<(typeof MAPPING_LABELS)[number], string>>

const ofMapping = z.looseObject({ functionName: z.string(), consumerGroupId: z.string(), topic: z.string() })

/** The mapping an event is about; undefined for the events of others. */
export function mappingLabelsOf(entry: Pick<JournalEntry, 'functionName'>): MappingLabels | undefined {
  const { data } = ofMapping.safeParse(entry)
  return data && { function: data.functionName, group: data.consumerGroupId, topic: data.topic }
}
